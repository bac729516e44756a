package io.diffucoder.cuda;

import io.diffucoder.spi.TensorBackend;
import io.diffucoder.tck.TensorBackendContract;
import org.junit.jupiter.api.Tag;

/** Keeps every rule of the kit on the GPU of this machine in float32. */
@Tag("gpu")
class CudaGpuF32Test extends TensorBackendContract {
  @Override
  public TensorBackend openBackend() {
    return CudaGpuTest.open(Arithmetic.F32, CudaSettings.ProductChoice.OWN);
  }
}
