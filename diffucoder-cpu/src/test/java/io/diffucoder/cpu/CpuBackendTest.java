package io.diffucoder.cpu;

import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.tck.TensorBackendContract;

/** Keeps every rule of the kit, at the vector width that this JVM was started with. */
class CpuBackendTest extends TensorBackendContract {
  @Override
  public TensorBackend openBackend() {
    return new CpuBackendProvider().open(BackendOptions.DEFAULTS);
  }
}
