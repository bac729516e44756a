package io.diffucoder.tck;

import io.diffucoder.spi.TensorBackend;

/** A rule that every backend keeps; implementers say which backend is tested. */
public interface BackendContract {

  /** A new backend, which the contract closes. */
  TensorBackend openBackend();

  /** What the backend does to numbers before it multiplies them. */
  default ProductRounding productRounding() {
    return ProductRounding.NONE;
  }
}
