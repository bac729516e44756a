package io.diffucoder.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.Scores;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommitPolicy_random_Test {
  private static final int[] POSITIONS = IntStream.range(0, 1000).toArray();
  private static final Scores SCORES = Scores.ofRows(1000);

  @Test
  void commits_each_position_with_the_schedules_probability() {
    int committed = 0;
    for (int step = 0; step < 100; step++) {
      committed += select(0.25f, step).length;
    }

    assertThat(committed / 100_000.0).isCloseTo(0.25, within(0.006));
  }

  @Test
  void commits_all_in_the_last_step() {
    assertThat(select(1, 9)).isEqualTo(POSITIONS);
  }

  @Test
  void commits_none_when_the_probability_is_zero() {
    assertThat(select(0, 9)).isEmpty();
  }

  private static int[] select(float fraction, int step) {
    CommitContext context = new CommitContext(POSITIONS, 0, fraction, new RandomKey(5, step));
    return CommitPolicy.random().select(SCORES, context);
  }
}
