package io.diffucoder.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.spi.Scores;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommitPolicy_threshold_Test {
  private static final Scores SCORES = Rows.withProbabilities(0.6, 0.95, 0.3, 0.9);

  @Test
  void commits_all_that_reach_the_threshold_surest_first() {
    assertThat(Rows.select(CommitPolicy.threshold(0.6f), SCORES)).containsExactly(1, 3, 0);
    assertThat(Rows.select(CommitPolicy.threshold(0.9f), SCORES)).containsExactly(1, 3);
  }

  @Test
  void commits_the_surest_when_none_reaches_it() {
    assertThat(Rows.select(CommitPolicy.threshold(0.99f), SCORES)).containsExactly(1);
  }

  @Test
  void commits_at_least_what_the_schedule_says() {
    List<Integer> rows = Rows.select(CommitPolicy.threshold(0.99f), SCORES, Rows.step(4, 3, 1));

    assertThat(rows).containsExactly(1, 3, 0);
  }

  @Test
  void breaks_ties_by_the_lower_position() {
    Scores equal = Rows.withProbabilities(0.5, 0.5, 0.5);

    assertThat(Rows.select(CommitPolicy.threshold(0.9f), equal)).containsExactly(0);
  }

  @Test
  void commits_nothing_when_nothing_is_scored() {
    assertThat(Rows.select(CommitPolicy.threshold(0.9f), Scores.ofRows(0))).isEmpty();
  }

  /** 0.9 · (1 − 0.5 · (1 − r)): 0.9, 0.675 and 0.5625 for r of 1, 1/2 and 1/4. */
  @ParameterizedTest
  @CsvSource({"1, 2", "0.5, 2", "0.25, 3"})
  void adaptive_falls_as_the_block_fills(double maskedShare, int committed) {
    List<Integer> rows =
        Rows.select(CommitPolicy.adaptiveThreshold(0.9f, 0.5f), SCORES, Rows.step(4, maskedShare));

    assertThat(rows).isEqualTo(List.of(1, 3, 0).subList(0, committed));
  }

  @Test
  void rejects_numbers_out_of_range() {
    assertThatThrownBy(() -> CommitPolicy.threshold(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the threshold must be above 0 and at most 1, got 0.0");
    assertThatThrownBy(() -> CommitPolicy.threshold(Float.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CommitPolicy.adaptiveThreshold(0.9f, 1.1f))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the easing must be between 0 and 1, got 1.1");
  }
}
