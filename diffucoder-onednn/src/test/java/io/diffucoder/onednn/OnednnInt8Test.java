package io.diffucoder.onednn;

import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.tck.ProductRounding;
import io.diffucoder.tck.TensorBackendContract;

/**
 * Keeps every rule of the kit with int8 products: they are the exact sums of the rounded operands,
 * with the scales in float32.
 */
class OnednnInt8Test extends TensorBackendContract {
  @Override
  public TensorBackend openBackend() {
    return OnednnBackendProvider.open(Arithmetic.INT8, BackendOptions.DEFAULTS);
  }

  @Override
  public ProductRounding productRounding() {
    return ProductRounding.int8(OnednnMultiplier.hasExactInt8(Dnnl.instructionSets()) ? 127 : 64);
  }
}
