package io.diffucoder.cuda;

import io.diffucoder.spi.TensorBackend;
import io.diffucoder.tck.TensorBackendContract;
import org.junit.jupiter.api.extension.ExtendWith;

/** Keeps every rule of the kit in float32, on the emulated device. */
@ExtendWith(OnEmulator.class)
class CudaF32Test extends TensorBackendContract {
  @Override
  public TensorBackend openBackend() {
    return EmulatedCuda.open(Arithmetic.F32);
  }
}
