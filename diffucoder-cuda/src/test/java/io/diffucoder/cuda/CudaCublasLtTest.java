package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.cuda.emulator.Emulator;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.tck.GoldenModelContract;
import io.diffucoder.tck.LinearContract;
import io.diffucoder.tck.ProductRounding;
import io.diffucoder.tck.Workbench;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
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

  @Test
  void a_row_has_the_same_bits_alone_as_in_any_batch() {
    try (Workbench bench = Workbench.on(open())) {
      RowBits.checkProducts(bench);

      assertThat(Emulator.load().counter("cublasMatmuls")).isGreaterThan(14);
    }
  }
}
