package io.diffucoder.onednn;

import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.tck.TensorBackendContract;

/** Keeps every rule of the kit with float32 products, on any x86-64. */
class OnednnF32Test extends TensorBackendContract {
  @Override
  public TensorBackend openBackend() {
    return OnednnBackendProvider.open(Arithmetic.F32, BackendOptions.DEFAULTS);
  }
}
