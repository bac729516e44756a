package io.diffucoder.tck;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.AttentionSpec.Segment;
import io.diffucoder.spi.RowRange;
import io.diffucoder.spi.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code attention}: softmax(q·kᵀ / sqrt(Dh)) · v within each segment, without a mask. */
public abstract class AttentionContract implements BackendContract {

  @Test
  void averages_the_values_by_the_softmax_of_the_scaled_scores() {
    try (Workbench bench = Workbench.on(openBackend())) {
      // Dh = 4: scores are halved, so 2·ln 3 becomes ln 3 and the weights are 3/4 and 1/4
      float score = (float) (2 * Math.log(3));
      Tensor q = bench.tensor(Matrix.row(1, 0, 0, 0));
      Tensor keys = bench.tensor(Matrix.of(2, 4, score, 5, 5, 5, 0, 5, 5, 5));
      Tensor values = bench.tensor(Matrix.of(2, 4, 4, 8, 0, 1, 0, 4, 8, 1));
      Tensor out = bench.out(1, 4);

      bench.ops().attention(q, keys, values, AttentionSpec.full(1, 1, 4, 1, 2), out);

      Tolerance.attention(bench.activationType(), 4, 2, 2)
          .check("attention", Matrix.row(3, 7, 2, 1), Matrix.filled(1, 4, 8), bench.read(out));
    }
  }

  @Test
  void every_row_sees_every_key_before_and_behind_it() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Matrix zeros = Matrix.filled(3, 2, 0);
      Tensor values = bench.tensor(Matrix.of(3, 2, 3, 0, 6, 0, 0, 9));
      Tensor out = bench.out(3, 2);

      bench
          .ops()
          .attention(
              bench.tensor(zeros),
              bench.tensor(zeros),
              values,
              AttentionSpec.full(1, 1, 2, 3, 3),
              out);

      Matrix mean = Matrix.of(3, 2, 3, 3, 3, 3, 3, 3);
      Tolerance.attention(bench.activationType(), 2, 3, 0)
          .check("attention of equals", mean, Matrix.filled(3, 2, 9), bench.read(out));
    }
  }

  @Test
  void equals_the_definition_for_every_grouping_and_size() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      for (OpCases.Heads heads : OpCases.heads()) {
        for (int[] size : new int[][] {{1, 1}, {2, 3}, {5, 33}, {33, 17}, {3, 257}, {65, 65}}) {
          AttentionSpec spec =
              AttentionSpec.full(heads.heads(), heads.kvHeads(), heads.headDim(), size[0], size[1]);
          Case.of(spec, 1, comparison).check(heads + " rows " + size[0] + " keys " + size[1]);
        }
      }
    }
  }

  @Test
  void segments_see_their_own_ranges_of_keys_and_nothing_else() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      List<Segment> ragged =
          List.of(
              new Segment(new RowRange(0, 3), OpCases.range(0, 40)),
              new Segment(new RowRange(3, 1), OpCases.range(40, 1)),
              new Segment(
                  new RowRange(4, 17),
                  List.of(new RowRange(0, 5), new RowRange(20, 33), new RowRange(60, 2))),
              new Segment(
                  new RowRange(21, 2),
                  List.of(new RowRange(61, 9), new RowRange(3, 0), new RowRange(1, 1))));
      for (OpCases.Heads heads : OpCases.heads()) {
        AttentionSpec spec =
            new AttentionSpec(heads.heads(), heads.kvHeads(), heads.headDim(), ragged);
        Case.of(spec, 1, comparison).check("ragged " + heads);
      }
    }
  }

  @Test
  void a_row_without_keys_yields_zeros() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      List<Segment> segments =
          List.of(
              new Segment(new RowRange(0, 2), List.of()),
              new Segment(new RowRange(2, 3), OpCases.range(1, 6)),
              new Segment(new RowRange(5, 1), OpCases.range(2, 0)));

      Case.of(new AttentionSpec(4, 2, 32, segments), 1, comparison).check("empty key lists");
    }
  }

  @Test
  void scores_of_large_magnitude_do_not_overflow() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      for (double scale : new double[] {8, 64}) {
        Case.of(AttentionSpec.full(2, 1, 64, 17, 65), scale, comparison).check("scores x" + scale);
      }
    }
  }

  @Test
  void keys_whose_scores_overflow_to_minus_infinity_do_not_count() {
    try (Workbench bench = Workbench.on(openBackend())) {
      int before = 130; // more than any backend reads at a time
      float[] keys = new float[2 * (before + 1)];
      Arrays.fill(keys, 0, 2 * before, -1e30f);
      float[] values = new float[2 * (before + 1)];
      Arrays.fill(values, 0, 2 * before, 5);
      values[2 * before] = 3;
      values[2 * before + 1] = 7;
      Tensor out = bench.out(1, 2);

      bench
          .ops()
          .attention(
              bench.tensor(Matrix.row(1e30f, 1e30f)),
              bench.tensor(Matrix.of(before + 1, 2, keys)),
              bench.tensor(Matrix.of(before + 1, 2, values)),
              AttentionSpec.full(1, 1, 2, 1, before + 1),
              out);

      Tolerance.attention(bench.activationType(), 2, before + 1, 0)
          .check("attention", Matrix.row(3, 7), Matrix.filled(1, 2, 9), bench.read(out));
    }
  }

  @Test
  void reads_only_the_rows_of_the_store_that_the_segments_name() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      Matrix store = OpCases.normal(40, 32, 1, 3).rounded(comparison.activationType());
      float[] withNaNs = store.values().clone();
      Arrays.fill(withNaNs, 33 * 32, 40 * 32, Float.NaN);
      Matrix poisoned = new Matrix(40, 32, withNaNs);
      Matrix q = OpCases.normal(5, 64, 1, 4).rounded(comparison.activationType());
      comparison.check(
          "attention beside NaN rows",
          Tolerance.attention(comparison.activationType(), 32, 33, 64),
          Matrix.filled(5, 64, store.maxAbs()),
          bench -> {
            Tensor rows = bench.tensor(poisoned);
            Tensor out = bench.out(5, 64);
            bench
                .ops()
                .attention(bench.tensor(q), rows, rows, AttentionSpec.full(2, 1, 32, 5, 33), out);
            return out;
          });
    }
  }

  /** Inputs for a spec, and the backends that they are compared on. */
  private record Case(
      AttentionSpec spec, Matrix q, Matrix keys, Matrix values, Comparison comparison) {
    static Case of(AttentionSpec spec, double scale, Comparison comparison) {
      int stored = Math.max(1, spec.keyRowsNeeded());
      int storeWidth = spec.kvHeads() * spec.headDim();
      Matrix q = OpCases.normal(spec.queryRows(), spec.heads() * spec.headDim(), scale, 1);
      Matrix keys = OpCases.normal(stored, storeWidth, scale, 2);
      return new Case(
          spec,
          q.rounded(comparison.activationType()),
          keys.rounded(comparison.activationType()),
          OpCases.values(stored, storeWidth, 3).rounded(comparison.activationType()),
          comparison);
    }

    void check(String what) {
      double largestScore = q.maxAbs() * keys.maxAbs() * Math.sqrt(spec.headDim()) / 2;
      comparison.check(
          "attention " + what,
          Tolerance.attention(
              comparison.activationType(), spec.headDim(), keys.rows(), largestScore),
          Matrix.filled(q.rows() + 1, q.cols(), values.maxAbs()),
          bench -> {
            Tensor out = bench.tensor(Matrix.filled(q.rows() + 1, q.cols(), Float.NaN));
            bench
                .ops()
                .attention(
                    bench.tensor(q),
                    bench.tensor(keys),
                    bench.tensor(values),
                    spec,
                    out.firstRows(q.rows()));
            return out;
          });
    }
  }
}
