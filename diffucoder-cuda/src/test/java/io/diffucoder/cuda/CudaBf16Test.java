package io.diffucoder.cuda;

import io.diffucoder.spi.TensorBackend;
import io.diffucoder.tck.ProductRounding;
import io.diffucoder.tck.TensorBackendContract;
import org.junit.jupiter.api.extension.ExtendWith;

/** Keeps every rule of the kit in bfloat16, on the emulated device. */
@ExtendWith(OnEmulator.class)
class CudaBf16Test extends TensorBackendContract {
  @Override
  public TensorBackend openBackend() {
    return EmulatedCuda.open(Arithmetic.BF16);
  }

  @Override
  public ProductRounding productRounding() {
    return ProductRounding.BFLOAT16;
  }
}
