/** The CPU backend: Vector API kernels, and scalar ones where that module is absent. */
@SuppressWarnings("module") // the one that it exports to is built after it
module io.diffucoder.cpu {
  requires jdk.incubator.vector;
  requires io.diffucoder.api;
  requires static org.jspecify;

  // A backend that is this one with another Multiplier.
  exports io.diffucoder.cpu to
      io.diffucoder.onednn;
  exports io.diffucoder.cpu.kernel to
      io.diffucoder.onednn;

  provides io.diffucoder.spi.TensorBackendProvider with
      io.diffucoder.cpu.CpuBackendProvider;
}
