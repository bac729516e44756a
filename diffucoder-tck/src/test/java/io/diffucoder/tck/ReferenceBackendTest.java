package io.diffucoder.tck;

import io.diffucoder.spi.TensorBackend;

/** The definition keeps its own rules. */
class ReferenceBackendTest extends TensorBackendContract {
  @Override
  public TensorBackend openBackend() {
    return new ReferenceBackend();
  }
}
