package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.cuda.emulator.Emulator;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.Weight;
import io.diffucoder.tck.GoldenModelContract;
import io.diffucoder.tck.LinearContract;
import io.diffucoder.tck.Matrix;
import io.diffucoder.tck.OpCases;
import io.diffucoder.tck.ProductRounding;
import io.diffucoder.tck.Tolerance;
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
      for (OpCases.Shape shape :
          new OpCases.Shape[] {new OpCases.Shape(70, 257, 67), new OpCases.Shape(130, 64, 16)}) {
        Matrix x = OpCases.normal(shape.rows(), shape.in(), 1, 1);
        Weight weight = bench.weight(OpCases.normal(shape.out(), shape.in(), 1, 2));
        Matrix all = product(bench, x, weight);
        for (int count : new int[] {1, 2, 5, 17, 64, 65}) {
          Tolerance.EXACT.check(
              "%d of the rows of %s".formatted(count, shape),
              all.rows(0, count),
              product(bench, x.rows(0, count), weight));
        }
      }
      assertThat(Emulator.load().counter("cublasMatmuls")).isGreaterThan(14);
    }
  }

  private static Matrix product(Workbench bench, Matrix x, Weight weight) {
    Tensor out = bench.out(x.rows(), weight.rows());
    bench.ops().linear(bench.tensor(x), weight, null, out);
    return bench.read(out);
  }
}
