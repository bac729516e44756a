package io.diffucoder.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.spi.Scores;
import org.junit.jupiter.api.Test;

class CommitPolicy_factor_Test {

  /** With f = 1 the n-th surest needs 1 − 1/(n + 1): 1/2, 2/3, 3/4, 4/5. */
  @Test
  void commits_the_most_whose_last_is_sure_enough_for_their_number() {
    Scores scores = Rows.withProbabilities(0.7, 0.95, 0.76, 0.79);

    // In order 0.95, 0.79, 0.76, 0.7: the fourth needs 0.8, the third 0.75.
    assertThat(Rows.select(CommitPolicy.factor(1), scores)).containsExactly(1, 3, 2);
  }

  @Test
  void looks_beyond_one_that_fails() {
    // The first needs 0.7, the second 0.8, the third 0.85.
    assertThat(Rows.select(CommitPolicy.factor(0.6f), Rows.withProbabilities(0.86, 0.86, 0.86)))
        .containsExactly(0, 1, 2);
    assertThat(Rows.select(CommitPolicy.factor(0.6f), Rows.withProbabilities(0.75, 0.74, 0.73)))
        .containsExactly(0);
  }

  @Test
  void commits_the_surest_when_none_is_sure_enough() {
    assertThat(Rows.select(CommitPolicy.factor(0.1f), Rows.withProbabilities(0.2, 0.3)))
        .containsExactly(1);
  }

  @Test
  void rejects_numbers_out_of_range() {
    assertThatThrownBy(() -> CommitPolicy.factor(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the factor must be positive and finite, got 0.0");
  }
}
