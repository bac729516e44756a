package io.diffucoder.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import io.diffucoder.tck.Matrix;
import io.diffucoder.tck.OpCases;
import io.diffucoder.tck.Workbench;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A row's bits do not depend on the number of threads or of rows, above the sizes that split. */
class CpuDeterminismTest {
  private static final int IN = 1031;
  private static final int OUT = 301;

  /** More columns than are widened at a time. */
  private static final int LONG_IN = 4352;

  private static final int LONG_OUT = 79;
  private static final Matrix LONG_X = OpCases.normal(131, LONG_IN, 1, 6);
  private static final Matrix X = OpCases.normal(67, IN, 1, 1);
  private static final Matrix WEIGHT = OpCases.normal(OUT, IN, 1, 2);

  @ParameterizedTest
  @EnumSource
  void linear_gives_the_same_bits_for_any_number_of_threads_and_rows(DType type) {
    float[] expected = linear(1, LONG_X.rows(), type);
    for (int threads : new int[] {2, 3}) {
      for (int rows : new int[] {1, 2, 9, 33, 97, 131}) {
        assertThat(linear(threads, rows, type))
            .as("%d threads, %d rows", threads, rows)
            .isEqualTo(Arrays.copyOf(expected, rows * LONG_OUT));
      }
    }
  }

  @Test
  void infinite_float16_weights_are_infinite_for_one_row_as_for_two() {
    Matrix weight = OpCases.normal(7, 64, 1, 8);
    weight.values()[3 * 64 + 5] = Float.POSITIVE_INFINITY;
    Matrix x = OpCases.normal(2, 64, 1, 9);
    try (Workbench bench = bench(1)) {
      Weight loaded = bench.weight(weight, DType.F16, WeightFormat.AS_STORED);
      Tensor two = bench.out(2, 7);
      Tensor one = bench.out(1, 7);
      bench.ops().linear(bench.tensor(x), loaded, null, two);
      bench.ops().linear(bench.tensor(x).firstRows(1), loaded, null, one);

      float[] row = bench.read(one).values();
      assertThat(row).isEqualTo(Arrays.copyOf(bench.read(two).values(), 7));
      assertThat(row[3]).isInfinite();
    }
  }

  @Test
  void attention_gives_the_same_bits_for_any_number_of_threads_and_rows() {
    float[] expected = attention(1, 67);
    for (int threads : new int[] {2, 3}) {
      for (int rows : new int[] {1, 9, 33, 67}) {
        assertThat(attention(threads, rows)).isEqualTo(Arrays.copyOf(expected, rows * 128));
      }
    }
  }

  @Test
  void scores_of_hidden_rows_are_those_of_their_logits_for_any_number_of_threads() {
    TokenFilter filter = new TokenFilter(0.7f, 0.9f, 50);
    ScoreSpec spec =
        new ScoreSpec(
            filter, ScoreSpec.Measured.FILTERED, TokenSet.of(3, 17), new RandomKey(42, 1));
    int[] positions = IntStream.range(0, X.rows()).toArray();
    Scores expected;
    try (Workbench bench = bench(1)) {
      Tensor logits = bench.out(X.rows(), OUT);
      bench.ops().linear(bench.tensor(X), bench.weight(WEIGHT), null, logits);
      expected = bench.ops().score(logits, positions, spec);
    }
    for (int threads : new int[] {1, 2, 3}) {
      try (Workbench bench = bench(threads)) {
        Scores scores =
            bench.ops().lmHeadScore(bench.tensor(X), bench.weight(WEIGHT), positions, spec);
        assertThat(scores).usingRecursiveComparison().isEqualTo(expected);
      }
    }
  }

  @Test
  void scores_of_many_hidden_rows_are_those_of_each_by_itself() {
    ScoreSpec spec =
        new ScoreSpec(
            new TokenFilter(0.7f, 1, TokenFilter.NO_TOP_K),
            ScoreSpec.Measured.RAW,
            TokenSet.of(3, 17),
            new RandomKey(42, 1));
    int rows = 301;
    Matrix hidden = OpCases.normal(rows, 64, 1, 10);
    Matrix head = OpCases.normal(997, 64, 1, 11);
    int[] positions = IntStream.range(0, rows).toArray();
    for (int threads : new int[] {1, 3}) {
      try (Workbench bench = bench(threads)) {
        Weight lmHead = bench.weight(head);
        Scores all = bench.ops().lmHeadScore(bench.tensor(hidden), lmHead, positions, spec);
        for (int row : new int[] {0, 1, 127, 128, 200, 256, 300}) {
          float[] alone = Arrays.copyOfRange(hidden.values(), row * 64, (row + 1) * 64);
          Scores one =
              bench
                  .ops()
                  .lmHeadScore(bench.tensor(Matrix.row(alone)), lmHead, new int[] {row}, spec);
          assertThat(all.token()[row]).isEqualTo(one.token()[0]);
          assertThat(all.tokenProb()[row]).isEqualTo(one.tokenProb()[0]);
          assertThat(all.negativeEntropy()[row]).isEqualTo(one.negativeEntropy()[0]);
        }
      }
    }
  }

  private static float[] linear(int threads, int rows, DType type) {
    try (Workbench bench = bench(threads)) {
      WeightSource source =
          type.isQuantised()
              ? bench.randomBlocks(LONG_OUT, LONG_IN, type, 0)
              : bench.source(OpCases.normal(LONG_OUT, LONG_IN, 1, 2), type, 0);
      Weight weight = bench.backend().loadWeight(source, WeightFormat.AS_STORED);
      Tensor out = bench.out(rows, LONG_OUT);
      bench.ops().linear(bench.tensor(LONG_X).firstRows(rows), weight, null, out);
      return bench.read(out).values();
    }
  }

  private static float[] attention(int threads, int rows) {
    try (Workbench bench = bench(threads)) {
      Tensor keys = bench.tensor(OpCases.normal(700, 64, 1, 3));
      Tensor values = bench.tensor(OpCases.normal(700, 64, 1, 4));
      Tensor q = bench.tensor(OpCases.normal(67, 128, 1, 5)).firstRows(rows);
      Tensor out = bench.out(rows, 128);
      bench.ops().attention(q, keys, values, AttentionSpec.full(4, 2, 32, rows, 700), out);
      return bench.read(out).values();
    }
  }

  private static Workbench bench(int threads) {
    return Workbench.on(new CpuBackendProvider().open(new BackendOptions(threads)));
  }
}
