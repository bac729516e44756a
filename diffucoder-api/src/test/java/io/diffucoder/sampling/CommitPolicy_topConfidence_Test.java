package io.diffucoder.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.Scores;
import org.junit.jupiter.api.Test;

class CommitPolicy_topConfidence_Test {
  private static final int[] POSITIONS = {10, 11, 12, 13};

  /** tokenProb, top1, top2 and entropy each order the four rows differently. */
  private static final Scores SCORES =
      new Scores(
          new int[] {1, 2, 3, 4},
          new float[] {0.4f, 0.3f, 0.2f, 0.1f},
          new float[] {0.5f, 0.6f, 0.7f, 0.8f},
          new float[] {0.4f, 0.1f, 0.3f, 0.5f},
          new float[] {-3, -2, -1, -4});

  @Test
  void orders_by_the_candidates_probability() {
    assertThat(select(Confidence.PROBABILITY, SCORES, 3)).containsExactly(0, 1, 2);
  }

  @Test
  void orders_by_the_margin_between_the_two_most_likely() {
    assertThat(select(Confidence.MARGIN, SCORES, 3)).containsExactly(1, 2, 3);
  }

  @Test
  void orders_by_negative_entropy() {
    assertThat(select(Confidence.NEGATIVE_ENTROPY, SCORES, 3)).containsExactly(2, 1, 0);
  }

  @Test
  void breaks_ties_by_the_lower_position() {
    Scores equal = new Scores(new int[4], new float[4], new float[4], new float[4], new float[4]);

    assertThat(select(Confidence.NEGATIVE_ENTROPY, equal, 2)).containsExactly(0, 1);
  }

  @Test
  void commits_nothing_when_the_quota_is_zero() {
    assertThat(select(Confidence.PROBABILITY, SCORES, 0)).isEmpty();
  }

  /** Reference 3.10: these confidences at temperature 0.5 weigh 0.2933, 0.1208, 0.0444, 0.5415. */
  @Test
  void draws_positions_with_softmax_weights_when_a_selection_temperature_is_set() {
    Scores scores =
        new Scores(
            new int[4],
            new float[4],
            new float[4],
            new float[4],
            new float[] {-0.3566f, -0.8f, -1.3f, -0.05f});
    CommitPolicy policy = CommitPolicy.topConfidence(Confidence.NEGATIVE_ENTROPY, 0.5f);
    int[] first = new int[4];

    int draws = 40_000;
    for (int seed = 0; seed < draws; seed++) {
      int[] drawn = policy.select(scores, context(1, new RandomKey(seed, 3)));
      first[drawn[0]]++;
    }

    // Four standard deviations of a binomial share at 40,000 draws are at most 0.01.
    assertThat(first[0] / (double) draws).isCloseTo(0.2933, within(0.01));
    assertThat(first[1] / (double) draws).isCloseTo(0.1208, within(0.01));
    assertThat(first[2] / (double) draws).isCloseTo(0.0444, within(0.01));
    assertThat(first[3] / (double) draws).isCloseTo(0.5415, within(0.01));
  }

  @Test
  void draws_each_position_at_most_once() {
    CommitPolicy policy = CommitPolicy.topConfidence(Confidence.PROBABILITY, 1);

    int[] drawn = policy.select(SCORES, context(4, new RandomKey(7, 0)));

    assertThat(drawn).containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  @Test
  void rejects_a_negative_selection_temperature() {
    assertThatThrownBy(() -> CommitPolicy.topConfidence(Confidence.MARGIN, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("alg_temp");
  }

  private static int[] select(Confidence confidence, Scores scores, int quota) {
    return CommitPolicy.topConfidence(confidence)
        .select(scores, context(quota, new RandomKey(0, 0)));
  }

  private static CommitContext context(int quota, RandomKey random) {
    return new CommitContext(POSITIONS, quota, 0.5f, random);
  }
}
