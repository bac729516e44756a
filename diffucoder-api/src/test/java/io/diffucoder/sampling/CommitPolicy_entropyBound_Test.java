package io.diffucoder.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.spi.Scores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommitPolicy_entropyBound_Test {
  /** Ascending 0.1, 0.2, 0.4, 2: without the largest, n of them sum to 0, 0.1, 0.3, 0.7. */
  private static final Scores SCORES = Rows.withEntropies(0.4, 0.1, 2, 0.2);

  @ParameterizedTest
  @CsvSource({"0, 1", "0.09, 1", "0.11, 2", "0.29, 2", "0.31, 3", "0.69, 3", "0.71, 4"})
  void commits_the_most_whose_entropies_but_the_largest_stay_within(float bound, int committed) {
    assertThat(Rows.select(CommitPolicy.entropyBound(bound), SCORES))
        .hasSize(committed)
        .startsWith(1);
  }

  @Test
  void commits_the_least_entropy_first() {
    assertThat(Rows.select(CommitPolicy.entropyBound(1), SCORES)).containsExactly(1, 3, 0, 2);
  }

  @Test
  void rejects_numbers_out_of_range() {
    assertThatThrownBy(() -> CommitPolicy.entropyBound(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the bound must be at least 0 nats and finite, got -1.0");
  }
}
