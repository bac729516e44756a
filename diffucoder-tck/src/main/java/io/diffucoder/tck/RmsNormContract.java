package io.diffucoder.tck;

import io.diffucoder.spi.Tensor;
import org.junit.jupiter.api.Test;

/** {@code rmsNorm}: out = x · scale / sqrt(mean(x²) + eps). */
public abstract class RmsNormContract implements BackendContract {

  @Test
  void divides_by_the_root_of_the_mean_square_plus_eps() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Tensor out = bench.out(2, 2);

      // row 0: mean square 25, plus 11 = 36; row 1: mean square 5, plus 11 = 16
      bench
          .ops()
          .rmsNorm(
              bench.tensor(Matrix.of(2, 2, 1, 7, 1, 3)), bench.weight(Matrix.row(6, 12)), 11, out);

      Matrix expected = Matrix.of(2, 2, 1, 14, 1.5f, 9);
      Tolerance.rmsNorm(bench.activationType(), 2).check("rmsNorm", expected, bench.read(out));
    }
  }

  @Test
  void equals_the_definition_at_every_size() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      for (OpCases.Shape shape : OpCases.shapes()) {
        Matrix x = OpCases.values(shape.rows(), shape.in(), 1).rounded(comparison.activationType());
        Matrix scale = OpCases.values(1, shape.in(), 2);
        for (float eps : new float[] {1e-6f, 0.5f}) {
          comparison.check(
              "rmsNorm eps " + eps,
              Tolerance.rmsNorm(comparison.activationType(), shape.in()),
              bench -> {
                Tensor out = bench.out(shape.rows(), shape.in());
                bench.ops().rmsNorm(bench.tensor(x), bench.weight(scale), eps, out);
                return out;
              });
        }
      }
    }
  }

  @Test
  void keeps_zero_rows_zero_and_tiny_and_huge_rows_finite() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      Matrix x =
          Matrix.of(4, 3, 0, 0, 0, 1e-4f, -1e-4f, 2e-4f, 1e4f, 0, -3e4f, 0, 0, 1)
              .rounded(comparison.activationType());

      comparison.check(
          "rmsNorm zero, tiny and huge rows",
          Tolerance.rmsNorm(comparison.activationType(), 3),
          bench -> {
            Tensor out = bench.out(4, 3);
            bench.ops().rmsNorm(bench.tensor(x), bench.weight(Matrix.row(1, 1, 1)), 1e-6f, out);
            return out;
          });
    }
  }

  @Test
  void may_write_over_its_input() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      Matrix x = OpCases.values(17, 65, 3).rounded(comparison.activationType());

      comparison.check(
          "rmsNorm in place",
          Tolerance.rmsNorm(comparison.activationType(), 65),
          bench -> {
            Tensor tensor = bench.tensor(x);
            bench.ops().rmsNorm(tensor, bench.weight(Matrix.filled(1, 65, 1.5f)), 1e-6f, tensor);
            return tensor;
          });
    }
  }

  @Test
  void leaves_the_rows_after_a_view_alone() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      comparison.check(
          "rmsNorm into a view",
          Tolerance.rmsNorm(comparison.activationType(), 33),
          bench -> {
            Tensor out = bench.tensor(Matrix.filled(7, 33, 9));
            Tensor x = bench.tensor(Matrix.filled(7, 33, 2));
            bench
                .ops()
                .rmsNorm(
                    x.firstRows(5), bench.weight(Matrix.filled(1, 33, 1)), 0f, out.firstRows(5));
            return out;
          });
    }
  }
}
