package io.diffucoder.tck;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.AttentionSpec.Segment;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.RopeSpec;
import io.diffucoder.spi.RowRange;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.ScoreSpec.Measured;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The result of a row is the same to the last bit whatever other rows are computed with it. */
public abstract class DeterminismContract implements BackendContract {
  private static final int ROWS = 70;
  private static final int[] COUNTS = {1, 2, 3, 4, 5, 8, 17, 33, ROWS};
  private static final int[] WIDTHS = {5, 64, 257, 5120};

  /** An operation on some of the rows: gets their numbers, returns their results. */
  private interface RowProgram {
    Matrix run(int... rows);
  }

  @Test
  void linear_computes_a_row_alone_as_in_any_batch() {
    try (Workbench bench = Workbench.on(openBackend())) {
      for (int width : WIDTHS) {
        for (DType type : Encoding.writable(width)) {
          Matrix x = OpCases.normal(ROWS, width, 1, 1);
          Weight weight =
              bench.weight(OpCases.normal(67, width, 1, 2), type, WeightFormat.AS_STORED);
          Weight bias = bench.weight(OpCases.normal(1, 67, 1, 3));
          check(
              "linear " + type + " width " + width,
              rows -> {
                Tensor out = bench.out(rows.length, 67);
                bench.ops().linear(bench.tensor(x.pick(rows)), weight, bias, out);
                return bench.read(out);
              });
        }
      }
    }
  }

  @Test
  void norms_compute_a_row_alone_as_in_any_batch() {
    try (Workbench bench = Workbench.on(openBackend())) {
      for (int width : WIDTHS) {
        Matrix x = OpCases.normal(ROWS, width, 1, 1);
        Matrix residual = OpCases.normal(ROWS, width, 1, 2);
        Weight scale = bench.weight(OpCases.normal(1, width, 1, 3));
        check(
            "rmsNorm width " + width,
            rows -> {
              Tensor out = bench.out(rows.length, width);
              bench.ops().rmsNorm(bench.tensor(x.pick(rows)), scale, 1e-6f, out);
              return bench.read(out);
            });
        check(
            "addRmsNorm width " + width,
            rows -> {
              Tensor out = bench.out(rows.length, width);
              Tensor sum = bench.tensor(residual.pick(rows));
              bench.ops().addRmsNorm(bench.tensor(x.pick(rows)), sum, scale, 1e-6f, out);
              return bench.read(out);
            });
      }
    }
  }

  @Test
  void elementwise_operations_compute_a_row_alone_as_in_any_batch() {
    try (Workbench bench = Workbench.on(openBackend())) {
      for (int width : WIDTHS) {
        Matrix x = OpCases.normal(ROWS, 2 * width, 1, 1);
        Matrix y = OpCases.normal(ROWS, 2 * width, 1, 2);
        check(
            "swiglu width " + 2 * width,
            rows -> {
              Tensor out = bench.out(rows.length, 2 * width);
              bench.ops().swiglu(bench.tensor(x.pick(rows)), bench.tensor(y.pick(rows)), out);
              return bench.read(out);
            });
        check(
            "rope width " + 2 * width,
            rows -> {
              Tensor turned = bench.tensor(x.pick(rows));
              bench.ops().rope(turned, bench.indices(rows), new RopeSpec(2 * width, 1e6));
              return bench.read(turned);
            });
      }
    }
  }

  @Test
  void attention_computes_a_row_alone_as_in_any_batch() {
    try (Workbench bench = Workbench.on(openBackend())) {
      for (OpCases.Heads heads : OpCases.heads()) {
        Matrix q = OpCases.normal(ROWS, heads.heads() * heads.headDim(), 1, 1);
        int storeWidth = heads.kvHeads() * heads.headDim();
        Tensor keys = bench.tensor(OpCases.normal(75, storeWidth, 1, 2));
        Tensor values = bench.tensor(OpCases.normal(75, storeWidth, 1, 3));
        List<RowRange> seen = List.of(new RowRange(0, 41), new RowRange(50, 23));
        for (int segmentRows : new int[] {1, 7, ROWS}) {
          check(
              "attention " + heads + " in segments of " + segmentRows,
              rows -> {
                Tensor out = bench.out(rows.length, q.cols());
                AttentionSpec spec =
                    new AttentionSpec(
                        heads.heads(),
                        heads.kvHeads(),
                        heads.headDim(),
                        segments(rows.length, segmentRows, seen));
                bench.ops().attention(bench.tensor(q.pick(rows)), keys, values, spec, out);
                return bench.read(out);
              });
        }
      }
    }
  }

  @Test
  void scores_are_computed_for_a_row_alone_as_in_any_batch() {
    List<TokenFilter> filters =
        List.of(
            TokenFilter.GREEDY,
            new TokenFilter(1, 1, TokenFilter.NO_TOP_K),
            new TokenFilter(0.5f, 0.9f, 20));
    try (Workbench bench = Workbench.on(openBackend())) {
      Matrix logits = OpCases.normal(ROWS, 257, 3, 1);
      Matrix hidden = OpCases.normal(ROWS, 65, 1, 2);
      Weight head = bench.weight(OpCases.normal(257, 65, 0.5, 3));
      for (TokenFilter filter : filters) {
        ScoreSpec spec =
            new ScoreSpec(filter, Measured.FILTERED, TokenSet.of(3), new RandomKey(8, 1));
        check(
            "score " + filter,
            rows -> Matrix.of(bench.ops().score(bench.tensor(logits.pick(rows)), rows, spec)));
        check(
            "lmHeadScore " + filter,
            rows ->
                Matrix.of(
                    bench.ops().lmHeadScore(bench.tensor(hidden.pick(rows)), head, rows, spec)));
      }
    }
  }

  private static List<Segment> segments(int rows, int segmentRows, List<RowRange> keys) {
    return IntStream.iterate(0, start -> start < rows, start -> start + segmentRows)
        .mapToObj(
            start -> new Segment(new RowRange(start, Math.min(segmentRows, rows - start)), keys))
        .toList();
  }

  private static void check(String what, RowProgram program) {
    int[] all = IntStream.range(0, ROWS).toArray();
    int[] backwards = IntStream.range(0, ROWS).map(r -> ROWS - 1 - r).toArray();
    Matrix together = program.run(all);

    Tolerance.EXACT.check(what + ", a second time", together, program.run(all));
    Tolerance.EXACT.check(
        what + ", rows in reverse order", together.pick(backwards), program.run(backwards));
    for (int count : COUNTS) {
      int[] first = Arrays.copyOf(all, count);
      Tolerance.EXACT.check(
          what + ", the first " + count + " of 70 rows", together.pick(first), program.run(first));
    }
    for (int row : new int[] {1, 16, 33, ROWS - 1}) {
      Tolerance.EXACT.check(what + ", row " + row + " alone", together.pick(row), program.run(row));
    }
  }
}
