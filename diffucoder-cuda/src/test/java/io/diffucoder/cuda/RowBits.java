package io.diffucoder.cuda;

import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.Weight;
import io.diffucoder.tck.Matrix;
import io.diffucoder.tck.OpCases;
import io.diffucoder.tck.Tolerance;
import io.diffucoder.tck.Workbench;

/**
 * Checks that products give a row the same bits alone as in any batch: a short determinism test.
 */
final class RowBits {
  private RowBits() {}

  static void checkProducts(Workbench bench) {
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
  }

  private static Matrix product(Workbench bench, Matrix x, Weight weight) {
    Tensor out = bench.out(x.rows(), weight.rows());
    bench.ops().linear(bench.tensor(x), weight, null, out);
    return bench.read(out);
  }
}
