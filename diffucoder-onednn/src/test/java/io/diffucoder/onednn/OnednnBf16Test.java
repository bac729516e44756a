package io.diffucoder.onednn;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.tck.ProductRounding;
import io.diffucoder.tck.TensorBackendContract;
import java.util.Optional;

/** Keeps every rule of the kit with bfloat16 products, where the processor has them. */
class OnednnBf16Test extends TensorBackendContract {
  @Override
  public TensorBackend openBackend() {
    assumeThat(Machine.here().obstacle(Optional.of(Arithmetic.BF16)))
        .as("why bfloat16 cannot run here")
        .isEmpty();
    return OnednnBackendProvider.open(Arithmetic.BF16, BackendOptions.DEFAULTS);
  }

  @Override
  public ProductRounding productRounding() {
    return ProductRounding.BFLOAT16;
  }
}
