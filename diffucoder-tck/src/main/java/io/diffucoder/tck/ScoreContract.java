package io.diffucoder.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.ScoreSpec.Measured;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@code score} over many rows: every filter, ban, measure and draw, against the definition. */
public abstract class ScoreContract implements BackendContract {
  private static final List<TokenFilter> FILTERS =
      List.of(
          TokenFilter.GREEDY,
          new TokenFilter(0, 0.8f, TokenFilter.NO_TOP_K),
          new TokenFilter(0, 0.9f, 3),
          new TokenFilter(1, 1, TokenFilter.NO_TOP_K),
          new TokenFilter(0.2f, 0.95f, TokenFilter.NO_TOP_K),
          new TokenFilter(0.7f, 1, 5),
          new TokenFilter(1.5f, 0.5f, 20),
          new TokenFilter(1, 0, TokenFilter.NO_TOP_K),
          new TokenFilter(1, 0.999f, 1));

  @Test
  void equals_the_definition_for_every_filter_and_measure_at_every_size() {
    int rows = 0;
    int compared = 0;
    try (Workbench bench = Workbench.on(openBackend())) {
      for (int vocabulary : OpCases.sizes()) {
        Matrix logits = OpCases.logits(4, vocabulary, 2, vocabulary);
        for (TokenFilter filter : FILTERS) {
          for (Measured measured : Measured.values()) {
            ScoreSpec spec =
                new ScoreSpec(filter, measured, TokenSet.NONE, new RandomKey(vocabulary, 3));
            rows += logits.rows();
            compared += check(bench, logits, spec);
          }
        }
      }
    }
    assertThat(compared).as("score: rows that float32 can decide").isGreaterThan(rows * 9 / 10);
  }

  @Test
  void banned_ids_have_no_share_in_any_distribution() {
    try (Workbench bench = Workbench.on(openBackend())) {
      for (int vocabulary : new int[] {3, 33, 257}) {
        Matrix logits = OpCases.logits(7, vocabulary, 2, vocabulary);
        TokenSet banned = TokenSet.of(0, argmax(logits.rows(0, 1)), vocabulary / 2 + 1, 100_000);
        for (TokenFilter filter : FILTERS) {
          for (Measured measured : Measured.values()) {
            check(bench, logits, new ScoreSpec(filter, measured, banned, new RandomKey(5, 1)));
          }
        }
      }
    }
  }

  @Test
  void keeps_its_precision_over_a_large_vocabulary() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Matrix logits = OpCases.logits(2, 152_064, 3, 11);
      for (TokenFilter filter : FILTERS.subList(3, 6)) {
        ScoreSpec spec =
            new ScoreSpec(filter, Measured.FILTERED, TokenSet.of(151_666), new RandomKey(1, 0));
        check(bench, logits, spec);
      }
    }
  }

  @Test
  void logits_of_large_magnitude_do_not_overflow() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Matrix logits = OpCases.logits(17, 65, 500, 13);
      for (TokenFilter filter : FILTERS) {
        check(
            bench,
            logits,
            new ScoreSpec(filter, Measured.FILTERED, TokenSet.NONE, new RandomKey(2, 2)));
      }
    }
  }

  @Test
  void draws_follow_the_distribution_over_many_positions() {
    try (Workbench bench = Workbench.on(openBackend())) {
      int draws = 2000;
      float[] probabilities = {0.05f, 0.3f, 0, 0.1f, 0.25f, 0.02f, 0.2f, 0.08f};
      Matrix row = Matrix.row(probabilities).map(Math::log); // ln 0 = −∞ is a logit, too
      Matrix logits = row.pick(new int[draws]);
      ScoreSpec spec =
          new ScoreSpec(
              new TokenFilter(1, 1, TokenFilter.NO_TOP_K),
              Measured.FILTERED,
              TokenSet.NONE,
              new RandomKey(2024, 7));

      Scores scores = score(bench, logits, spec);

      double chiSquare = 0;
      for (int id = 0; id < probabilities.length; id++) {
        int wanted = id;
        long seen = Arrays.stream(scores.token()).filter(token -> token == wanted).count();
        double due = draws * (double) probabilities[id];
        assertThat(seen == 0 || due > 0).as("score: token %d drawn at probability 0", id).isTrue();
        chiSquare += due > 0 ? (seen - due) * (seen - due) / due : 0;
      }
      // 6 degrees of freedom: a right sampler exceeds 22.5 once in a thousand keys
      assertThat(chiSquare).as("score: chi-square of %d draws", draws).isLessThan(22.5);
    }
  }

  @Test
  void a_position_draws_the_same_token_in_any_batch() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Matrix logits = OpCases.logits(33, 127, 1, 17);
      ScoreSpec spec =
          new ScoreSpec(
              new TokenFilter(1, 1, TokenFilter.NO_TOP_K),
              Measured.RAW,
              TokenSet.NONE,
              new RandomKey(9, 9));
      Scores together = score(bench, logits, spec);

      for (int r = 0; r < logits.rows(); r++) {
        Scores alone =
            bench.ops().score(bench.tensor(logits.rows(r, 1)), new int[] {position(r)}, spec);
        Tolerance.EXACT.check(
            "score of row " + r + " alone", Matrix.of(together.slice(r, 1)), Matrix.of(alone));
      }
    }
  }

  private static Scores score(Workbench bench, Matrix logits, ScoreSpec spec) {
    return bench.ops().score(bench.tensor(logits), positions(logits), spec);
  }

  private static int position(int row) {
    return 3 * row + 10;
  }

  private static int argmax(Matrix row) {
    int best = 0;
    for (int i = 1; i < row.cols(); i++) {
      best = row.at(0, i) > row.at(0, best) ? i : best;
    }
    return best;
  }

  /** Returns how many rows float32 could decide. */
  private static int check(Workbench bench, Matrix unrounded, ScoreSpec spec) {
    Matrix logits = unrounded.rounded(bench.activationType());
    return ScoreCheck.of(logits, positions(logits), spec)
        .check("score of " + logits.rows() + " rows", score(bench, logits, spec));
  }

  private static int[] positions(Matrix logits) {
    return IntStream.range(0, logits.rows()).map(ScoreContract::position).toArray();
  }
}
