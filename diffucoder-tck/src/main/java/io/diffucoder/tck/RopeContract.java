package io.diffucoder.tck;

import io.diffucoder.spi.RopeSpec;
import io.diffucoder.spi.Tensor;
import org.junit.jupiter.api.Test;

/** {@code rope}: element i of a head turns with element i + Dh/2 by position × frequency(i). */
public abstract class RopeContract implements BackendContract {

  @Test
  void turns_the_two_halves_of_a_head_against_each_other() {
    try (Workbench bench = Workbench.on(openBackend())) {
      // theta 1: every pair turns by 1 radian a position; the pairs are (1, 0) and (0, 1)
      Tensor x = bench.tensor(Matrix.row(1, 0, 0, 1));

      bench.ops().rope(x, bench.indices(1), new RopeSpec(4, 1));

      float cos = (float) Math.cos(1);
      float sin = (float) Math.sin(1);
      Tolerance.rope(bench.activationType())
          .check("rope", Matrix.row(cos, -sin, sin, cos), Matrix.filled(1, 4, 1), bench.read(x));
    }
  }

  @Test
  void leaves_position_zero_as_it_is() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Matrix values = OpCases.values(5, 3 * 64, 4).rounded(bench.activationType());
      Tensor x = bench.tensor(values);

      bench.ops().rope(x, bench.indices(0, 0, 0, 0, 0), new RopeSpec(64, 1e6));

      Tolerance.EXACT.check("rope at position 0", values, bench.read(x));
    }
  }

  @Test
  void equals_the_definition_for_every_head_width_and_far_positions() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      for (int width : new int[] {2, 6, 10, 16, 32, 64, 80, 128}) {
        for (int rows : new int[] {1, 3, 33}) {
          Matrix x = OpCases.values(rows, 3 * width, width).rounded(comparison.activationType());
          int[] positions = OpCases.indices(rows, 131072, rows);
          positions[0] = 131071;

          comparison.check(
              "rope headDim " + width + " rows " + rows,
              Tolerance.rope(comparison.activationType()),
              pairLengths(x, width),
              bench -> {
                Tensor tensor = bench.tensor(x);
                bench.ops().rope(tensor, bench.indices(positions), new RopeSpec(width, 1e6));
                return tensor;
              });
        }
      }
    }
  }

  @Test
  void leaves_the_rows_after_a_view_alone() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      Matrix x = Matrix.filled(7, 12, 1);

      comparison.check(
          "rope of a view",
          Tolerance.rope(comparison.activationType()),
          pairLengths(x, 6),
          bench -> {
            Tensor tensor = bench.tensor(x);
            Tensor positions = bench.indices(5, 6, 7, 8, 9, 10, 11);
            bench.ops().rope(tensor.firstRows(5), positions.firstRows(5), new RopeSpec(6, 1e4));
            return tensor;
          });
    }
  }

  private static Matrix pairLengths(Matrix x, int width) {
    float[] lengths = new float[x.values().length];
    for (int i = 0; i < lengths.length; i++) {
      int partner = i % width < width / 2 ? i + width / 2 : i - width / 2;
      lengths[i] = (float) Math.hypot(x.values()[i], x.values()[partner]);
    }
    return new Matrix(x.rows(), x.cols(), lengths);
  }
}
