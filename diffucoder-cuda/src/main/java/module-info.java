/** The CUDA backend for NVIDIA GPUs. */
module io.diffucoder.cuda {
  requires io.diffucoder.api;
  requires org.bytedeco.cuda;
  requires org.bytedeco.javacpp;
  requires static org.jspecify;

  provides io.diffucoder.spi.TensorBackendProvider with
      io.diffucoder.cuda.CudaBackendProvider;
}
