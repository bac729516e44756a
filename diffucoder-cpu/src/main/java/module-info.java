/** The CPU backend: Vector API kernels, and scalar ones where that module is absent. */
module io.diffucoder.cpu {
  requires jdk.incubator.vector;
  requires io.diffucoder.api;
  requires static org.jspecify;

  provides io.diffucoder.spi.TensorBackendProvider with
      io.diffucoder.cpu.CpuBackendProvider;
}
