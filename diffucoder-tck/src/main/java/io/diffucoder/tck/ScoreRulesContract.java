package io.diffucoder.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.ScoreSpec.Measured;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;
import org.junit.jupiter.api.Test;

/** {@code score}, rule by rule, on rows small enough to check in the head. */
public abstract class ScoreRulesContract implements BackendContract {
  private static final TokenFilter DRAW = new TokenFilter(1, 1, TokenFilter.NO_TOP_K);

  /** What numbers may be off by; known once a backend is open. */
  private double bound;

  @Test
  void greedy_takes_the_likeliest_token_and_measures_the_whole_row() {
    Scores scores = score(spec(TokenFilter.GREEDY), 0.2f, 0.5f, 0.3f);

    check(
        scores, 1, 0.5, 0.5, 0.3, 0.2 * Math.log(0.2) + 0.5 * Math.log(0.5) + 0.3 * Math.log(0.3));
  }

  @Test
  void equal_logits_go_to_the_lower_id_and_both_count_as_largest() {
    Scores scores = score(spec(TokenFilter.GREEDY), 0.1f, 0.4f, 0.4f, 0.1f);

    check(scores, 1, 0.4, 0.4, 0.4, 0.2 * Math.log(0.1) + 0.8 * Math.log(0.4));
  }

  @Test
  void top_p_keeps_the_token_that_crosses_the_threshold() {
    // 0.5 does not exceed 0.6, 0.5 + 0.3 does: two are kept, 5/8 and 3/8
    Scores scores = score(spec(new TokenFilter(0, 0.6f, 0)), 0.2f, 0.5f, 0.3f);

    check(scores, 1, 0.625, 0.625, 0.375, 0.625 * Math.log(0.625) + 0.375 * Math.log(0.375));
  }

  @Test
  void top_p_reached_exactly_keeps_one_more() {
    // 1/4 + 1/4 equals 1/2 and does not exceed it: three of four are kept, the lower ids
    Scores scores = score(spec(new TokenFilter(0, 0.5f, 0)), 0.25f, 0.25f, 0.25f, 0.25f);

    check(scores, 0, 1 / 3.0, 1 / 3.0, 1 / 3.0, Math.log(1 / 3.0));
  }

  @Test
  void top_p_of_zero_keeps_exactly_the_likeliest_token() {
    Scores scores = score(spec(new TokenFilter(1, 0, 0)), 0.3f, 0.3f, 0.4f);

    check(scores, 2, 1, 1, 0, 0);
  }

  @Test
  void top_k_keeps_all_that_equal_the_last_one_kept() {
    Scores scores = score(spec(new TokenFilter(0, 1, 2)), 0.2f, 0.4f, 0.2f, 0.1f, 0.1f);

    check(scores, 1, 0.5, 0.5, 0.25, 0.5 * Math.log(0.5) + 0.5 * Math.log(0.25));
  }

  @Test
  void top_k_counts_among_the_survivors_of_top_p() {
    // top-p leaves one token, so top-k removes nothing more
    Scores scores = score(spec(new TokenFilter(0, 0.3f, 2)), 0.2f, 0.5f, 0.3f);

    check(scores, 1, 1, 1, 0, 0);
  }

  @Test
  void temperature_divides_the_logits_before_top_p() {
    // at temperature 1/2 the probabilities 1/4, 3/4 become 1/10, 9/10, and 9/10 exceeds 0.85
    Scores scores = score(spec(new TokenFilter(0.5f, 0.85f, 0)), 0.25f, 0.75f);

    check(scores, 1, 1, 1, 0, 0);
  }

  @Test
  void raw_measures_the_unfiltered_row_at_temperature_one() {
    TokenFilter filter = new TokenFilter(0.5f, 0.1f, 1);
    ScoreSpec spec = new ScoreSpec(filter, Measured.RAW, TokenSet.NONE, new RandomKey(0, 0));

    Scores scores = score(spec, 0.25f, 0.75f);

    check(scores, 1, 0.75, 0.75, 0.25, 0.25 * Math.log(0.25) + 0.75 * Math.log(0.75));
  }

  @Test
  void banned_ids_are_left_out_before_anything_is_measured() {
    ScoreSpec spec =
        new ScoreSpec(TokenFilter.GREEDY, Measured.RAW, TokenSet.of(1), new RandomKey(0, 0));

    Scores scores = score(spec, 0.2f, 0.5f, 0.3f);

    check(scores, 2, 0.6, 0.6, 0.4, 0.4 * Math.log(0.4) + 0.6 * Math.log(0.6));
  }

  @Test
  void a_draw_inverts_the_cumulative_distribution_in_ascending_id_order() {
    for (int step = 0; step < 50; step++) {
      RandomKey key = new RandomKey(77, step);
      float u = key.uniform(RandomKey.Purpose.TOKEN, 5);
      ScoreSpec spec = new ScoreSpec(DRAW, Measured.FILTERED, TokenSet.NONE, key);

      Scores scores = score(spec, 0.25f, 0.5f, 0.25f);

      int expected = u < 0.25 ? 0 : u < 0.75 ? 1 : 2;
      assertThat(scores.token()[0]).as("score: token drawn at %s", u).isEqualTo(expected);
      double probability = expected == 1 ? 0.5 : 0.25;
      check(scores, expected, probability, 0.5, 0.25, 0.5 * Math.log(0.5) + 0.5 * Math.log(0.25));
    }
  }

  @Test
  void a_single_token_is_certain() {
    check(score(spec(DRAW), 1), 0, 1, 1, 0, 0);
  }

  @Test
  void a_row_without_a_distribution_has_no_token() {
    float inf = Float.POSITIVE_INFINITY;
    Matrix rows = Matrix.of(4, 3, 1, Float.NaN, 2, 1, inf, 2, -inf, -inf, -inf, 1, -inf, 2);
    try (Workbench bench = Workbench.on(openBackend())) {
      for (TokenFilter filter : new TokenFilter[] {TokenFilter.GREEDY, DRAW}) {
        for (Measured measured : Measured.values()) {
          ScoreSpec spec = new ScoreSpec(filter, measured, TokenSet.NONE, new RandomKey(0, 0));

          Scores scores = bench.ops().score(bench.tensor(rows), new int[] {5, 6, 7, 8}, spec);

          for (int r = 0; r < 3; r++) {
            check(scores.slice(r, 1), -1, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
          }
          assertThat(scores.token()[3]).as("score: a finite row after them").isIn(0, 2);
        }
      }
      ScoreSpec allBanned =
          new ScoreSpec(TokenFilter.GREEDY, Measured.RAW, TokenSet.of(0, 2), new RandomKey(0, 0));
      Scores scores = bench.ops().score(bench.tensor(rows.rows(3, 1)), new int[] {5}, allBanned);
      check(scores, -1, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
  }

  private static ScoreSpec spec(TokenFilter filter) {
    return new ScoreSpec(filter, Measured.FILTERED, TokenSet.NONE, new RandomKey(0, 0));
  }

  /** Scores one row with these probabilities at position 5. */
  private Scores score(ScoreSpec spec, float... probabilities) {
    try (Workbench bench = Workbench.on(openBackend())) {
      bound = bound(bench);
      Matrix logits = Matrix.row(probabilities).map(Math::log);
      return bench.ops().score(bench.tensor(logits), new int[] {5}, spec);
    }
  }

  private void check(
      Scores scores, int token, double prob, double top1, double top2, double negativeEntropy) {
    assertThat(scores.token()).as("score: token").containsExactly(token);
    isClose(scores.tokenProb()[0], prob, "tokenProb");
    isClose(scores.top1Prob()[0], top1, "top1Prob");
    isClose(scores.top2Prob()[0], top2, "top2Prob");
    isClose(scores.negativeEntropy()[0], negativeEntropy, "negativeEntropy");
  }

  /** Logits are rounded to the backend's type, which moves a probability by a part of its steps. */
  private static double bound(Workbench bench) {
    return switch (bench.activationType()) {
      case F32 -> 1e-5;
      default -> 0.02;
    };
  }

  private void isClose(float actual, double expected, String number) {
    if (Double.isNaN(expected)) {
      assertThat(actual).as("score: %s of a row without a distribution", number).isNaN();
    } else {
      assertThat((double) actual).as("score: %s", number).isCloseTo(expected, within(bound));
    }
  }
}
