package io.diffucoder.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.ScoreSpec.Measured;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@code score} against the distributions that PyTorch makes with Dream's filters. */
public abstract class GoldenSamplingContract implements BackendContract {

  @Test
  void temperature_one_is_pytorchs() {
    check("t1", new TokenFilter(1, 1, TokenFilter.NO_TOP_K));
  }

  @Test
  void temperature_and_top_p_are_pytorchs() {
    check("t0.4_p0.95", new TokenFilter(0.4f, 0.95f, TokenFilter.NO_TOP_K));
    check("t1.5_p0.5", new TokenFilter(1.5f, 0.5f, TokenFilter.NO_TOP_K));
    check("t0.1_p0.01", new TokenFilter(0.1f, 0.01f, TokenFilter.NO_TOP_K));
  }

  @Test
  void top_k_is_pytorchs() {
    check("t1_k5", new TokenFilter(1, 1, 5));
  }

  @Test
  void all_filters_together_are_pytorchs() {
    check("t0.2_p0.9_k20", new TokenFilter(0.2f, 0.9f, 20));
  }

  private void check(String tag, TokenFilter filter) {
    Matrix logits = GoldenData.sampling("logits");
    Matrix probabilities = GoldenData.sampling(tag + ".probs");
    Matrix margins = GoldenData.sampling(tag + ".margin");
    Matrix negativeEntropies = GoldenData.sampling(tag + ".neg_entropy");
    ScoreSpec spec = new ScoreSpec(filter, Measured.FILTERED, TokenSet.NONE, new RandomKey(3, 3));
    try (Workbench bench = Workbench.on(openBackend())) {
      int[] positions = IntStream.range(0, logits.rows()).toArray();

      Scores scores = bench.ops().score(bench.tensor(logits), positions, spec);

      DType type = bench.activationType();
      if (type != DType.F32) { // the goldens' logits do not survive rounding, the definition does
        ScoreCheck.of(logits.rounded(type), positions, spec).check("score of goldens", scores);
        return;
      }
      for (int r = 0; r < logits.rows(); r++) {
        float[] row = probabilities.rows(r, 1).values();
        String where = "score: %s of row %d with " + filter;
        float drawn = row[scores.token()[r]];
        assertThat(drawn).as(where, "probability of the drawn token", r).isPositive();
        isClose(scores.tokenProb()[r], drawn, where.formatted("tokenProb", r));
        float margin = scores.top1Prob()[r] - scores.top2Prob()[r];
        isClose(margin, margins.at(0, r), where.formatted("margin", r));
        Arrays.sort(row);
        isClose(scores.top1Prob()[r], row[row.length - 1], where.formatted("top1Prob", r));
        float entropy = scores.negativeEntropy()[r];
        isClose(entropy, negativeEntropies.at(0, r), where.formatted("negativeEntropy", r));
      }
    }
  }

  private static void isClose(float actual, float expected, String what) {
    assertThat(actual).as(what).isCloseTo(expected, within(2e-5f));
  }
}
