package io.diffucoder.tck;

import io.diffucoder.spi.TensorBackend;
import org.junit.jupiter.api.Nested;

/** What the kit grants to coarser products is enough for the definition itself. */
class RoundedReferenceBackendTest {

  @Nested
  class Bfloat16 extends TensorBackendContract {
    @Override
    public TensorBackend openBackend() {
      return new ReferenceBackend(productRounding());
    }

    @Override
    public ProductRounding productRounding() {
      return ProductRounding.BFLOAT16;
    }
  }

  @Nested
  class SevenBits extends TensorBackendContract {
    @Override
    public TensorBackend openBackend() {
      return new ReferenceBackend(productRounding());
    }

    @Override
    public ProductRounding productRounding() {
      return ProductRounding.int8(64);
    }
  }

  @Nested
  class EightBits extends TensorBackendContract {
    @Override
    public TensorBackend openBackend() {
      return new ReferenceBackend(productRounding());
    }

    @Override
    public ProductRounding productRounding() {
      return ProductRounding.int8(127);
    }
  }
}
