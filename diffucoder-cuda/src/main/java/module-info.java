/** The CUDA backend; for now the probe that says why it is not available. */
module io.diffucoder.cuda {
  requires io.diffucoder.api;
  requires static org.jspecify;

  provides io.diffucoder.spi.TensorBackendProvider with
      io.diffucoder.cuda.CudaBackendProvider;
}
