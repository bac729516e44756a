package io.diffucoder.cuda;

import io.diffucoder.spi.TensorBackend;
import io.diffucoder.tck.EmbedContract;
import io.diffucoder.tck.GoldenModelContract;
import io.diffucoder.tck.GoldenOpsContract;
import io.diffucoder.tck.LinearContract;
import io.diffucoder.tck.ProductRounding;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/** The rules that 8-bit floats could break, on the emulated device. */
@ExtendWith(OnEmulator.class)
class CudaFp8Test {

  private static TensorBackend open() {
    return EmulatedCuda.open(Arithmetic.FP8);
  }

  @Nested
  class Embed extends EmbedContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }
  }

  @Nested
  class Linear extends LinearContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }

    @Override
    public ProductRounding productRounding() {
      return ProductRounding.E4M3_WEIGHTS;
    }
  }

  @Nested
  class GoldenOps extends GoldenOpsContract {
    @Override
    public TensorBackend openBackend() {
      return open();
    }

    @Override
    public ProductRounding productRounding() {
      return ProductRounding.E4M3_WEIGHTS;
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
      return ProductRounding.E4M3_WEIGHTS;
    }
  }
}
