package io.diffucoder.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.diffucoder.spi.Scores;
import org.junit.jupiter.api.Test;

class CommitPolicy_stability_Test {
  private static final CommitPolicy POLICY = CommitPolicy.stability(0.8f, 0.01f, 2);
  private static final Scores NOW = Rows.withProbabilities(0.9, 0.85, 0.7, 0.9);

  @Test
  void commits_what_is_sure_and_has_not_moved_for_two_steps() {
    Scores before = Rows.withProbabilities(0.9, 0.85, 0.7, 0.9);
    Scores first = Rows.withProbabilities(0.9, 0.85, 0.7, 0.5); // the last one moved

    // The third is not sure: 0.7 < 0.8.
    assertThat(Rows.select(POLICY, NOW, Rows.step(4, 1, before, first))).containsExactly(0, 1);
  }

  @Test
  void commits_the_surest_while_there_is_no_past() {
    assertThat(Rows.select(POLICY, NOW, Rows.step(4, 1))).containsExactly(0);
    assertThat(Rows.select(POLICY, NOW, Rows.step(4, 1, NOW))).containsExactly(0);
  }

  @Test
  void another_candidate_before_is_not_stable() {
    Scores other = Rows.withProbabilities(0.9, 0.85, 0.7, 0.9);
    other.token()[0] = 8;

    // The first is sure but new; the second and the last are stable and come first.
    assertThat(Rows.select(POLICY, NOW, Rows.step(4, 1, NOW, other))).containsExactly(3, 1);
  }

  @Test
  void a_position_that_was_not_scored_before_is_not_stable() {
    Scores unscored = Rows.withProbabilities(0.9, 0.85, 0.7, Double.NaN);
    unscored.token()[3] = -1;

    assertThat(Rows.select(POLICY, NOW, Rows.step(4, 1, NOW, unscored))).containsExactly(0, 1);
  }

  /** 0.5·ln(0.5/0.25) + 0.5·ln(0.5/0.75) = 0.5·ln(4/3) = 0.1438. */
  @Test
  void divergence_is_that_of_two_outcomes() {
    assertThat(Stability.divergence(0.5, 0.25)).isCloseTo(0.1438, within(1e-4));
    assertThat(Stability.divergence(1, 0.5)).isCloseTo(0.6931, within(1e-4));
    assertThat(Stability.divergence(0.3, 0.3)).isZero();
  }

  @Test
  void remembers_as_many_steps_as_it_looks_back() {
    assertThat(POLICY.memory()).isEqualTo(2);
    assertThat(CommitPolicy.threshold(0.9f).memory()).isZero();
  }

  @Test
  void rejects_numbers_out_of_range() {
    assertThatThrownBy(() -> CommitPolicy.stability(0.8f, 0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the largest divergence must be positive, got 0.0");
    assertThatThrownBy(() -> CommitPolicy.stability(0.8f, 0.1f, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the number of steps must be positive, got 0");
  }
}
