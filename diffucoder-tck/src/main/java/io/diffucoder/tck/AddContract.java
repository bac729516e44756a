package io.diffucoder.tck;

import io.diffucoder.spi.Tensor;
import org.junit.jupiter.api.Test;

/** {@code add}: residual += x. */
public abstract class AddContract implements BackendContract {

  @Test
  void adds_into_the_residual_and_leaves_x_alone() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Tensor x = bench.tensor(Matrix.of(2, 2, 1, 2, 3, 4));
      Tensor residual = bench.tensor(Matrix.of(2, 2, 10, 20, 30, 40));

      bench.ops().add(x, residual);

      Tolerance.EXACT.check("add", Matrix.of(2, 2, 11, 22, 33, 44), bench.read(residual));
      Tolerance.EXACT.check("add, its input", Matrix.of(2, 2, 1, 2, 3, 4), bench.read(x));
    }
  }

  @Test
  void equals_the_definition_at_every_size() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      for (OpCases.Shape shape : OpCases.shapes()) {
        Matrix x = OpCases.values(shape.rows(), shape.in(), 1).rounded(comparison.activationType());
        Matrix residual =
            OpCases.values(shape.rows(), shape.in(), 2).rounded(comparison.activationType());

        comparison.check(
            "add " + shape,
            Tolerance.add(comparison.activationType()),
            comparison.expected(bench -> sum(bench, x.abs(), residual.abs())),
            bench -> sum(bench, x, residual));
      }
    }
  }

  @Test
  void leaves_the_rows_after_a_view_alone() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      comparison.check(
          "add into a view",
          Tolerance.EXACT,
          bench -> {
            Tensor residual = bench.tensor(Matrix.filled(7, 33, 9));
            Tensor x = bench.tensor(Matrix.filled(7, 33, 2));
            bench.ops().add(x.firstRows(5), residual.firstRows(5));
            return residual;
          });
    }
  }

  private static Tensor sum(Workbench bench, Matrix x, Matrix residual) {
    Tensor into = bench.tensor(residual);
    bench.ops().add(bench.tensor(x), into);
    return into;
  }
}
