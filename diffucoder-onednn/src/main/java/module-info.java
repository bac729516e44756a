/** The oneDNN backend: the CPU backend with matrix products by a native library. */
module io.diffucoder.onednn {
  requires io.diffucoder.api;
  requires io.diffucoder.cpu;
  requires static org.jspecify;

  provides io.diffucoder.spi.TensorBackendProvider with
      io.diffucoder.onednn.OnednnBackendProvider;
}
