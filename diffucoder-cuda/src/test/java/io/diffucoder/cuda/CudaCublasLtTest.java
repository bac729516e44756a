package io.diffucoder.cuda;

import io.diffucoder.spi.TensorBackend;
import io.diffucoder.tck.ConcurrencyContract;
import io.diffucoder.tck.DeterminismContract;
import io.diffucoder.tck.FusedEqualsComposedContract;
import io.diffucoder.tck.GoldenModelContract;
import io.diffucoder.tck.LinearContract;
import io.diffucoder.tck.ProductRounding;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The rules that products by another library could break, on the emulated device: above all that a
 * row has the same bits in any batch, whatever the library prefers.
 */
@ExtendWith(OnEmulator.class)
class CudaCublasLtTest {

  private static TensorBackend open() {
    return EmulatedCuda.open(Arithmetic.BF16, CudaSettings.ProductChoice.CUBLASLT);
  }

  @Nested
  class Linear extends LinearContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }

    @Override
    public ProductRounding productRounding() {
      return ProductRounding.BFLOAT16;
    }
  }

  @Nested
  class Fused extends FusedEqualsComposedContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class Determinism extends DeterminismContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class Concurrency extends ConcurrencyContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class WholeModel extends GoldenModelContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }

    @Override
    public ProductRounding productRounding() {
      return ProductRounding.BFLOAT16;
    }
  }
}
