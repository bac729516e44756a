package io.diffucoder.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.diffucoder.spi.RandomKey.Purpose;
import org.junit.jupiter.api.Test;

class RandomKeyTest {

  /**
   * Philox-4x32-10 of a zero key and counter begins with 0x6627E8D5 (Random123's known answers).
   */
  @Test
  void is_philox_4x32_10() {
    float uniform = new RandomKey(0, 0).uniform(Purpose.TOKEN, 0);

    assertThat(uniform).isEqualTo((0x6627E8D5 >>> 8) * 0x1p-24f);
  }

  @Test
  void is_uniform_in_zero_to_one() {
    double sum = 0;
    double squares = 0;
    for (int position = 0; position < 100_000; position++) {
      float u = new RandomKey(42, 7).uniform(Purpose.COMMIT, position);
      assertThat(u).isGreaterThanOrEqualTo(0).isLessThan(1);
      sum += u;
      squares += u * u;
    }

    assertThat(sum / 100_000).isCloseTo(0.5, within(0.005));
    assertThat(squares / 100_000).isCloseTo(1.0 / 3, within(0.005));
  }

  @Test
  void differs_by_seed_step_purpose_and_position() {
    float base = new RandomKey(1, 1).uniform(Purpose.TOKEN, 1);

    assertThat(new RandomKey(1L << 32 | 1, 1).uniform(Purpose.TOKEN, 1)).isNotEqualTo(base);
    assertThat(new RandomKey(1, 2).uniform(Purpose.TOKEN, 1)).isNotEqualTo(base);
    assertThat(new RandomKey(1, 1).uniform(Purpose.COMMIT, 1)).isNotEqualTo(base);
    assertThat(new RandomKey(1, 1).uniform(Purpose.TOKEN, 2)).isNotEqualTo(base);
    assertThat(new RandomKey(1, 1).uniform(Purpose.TOKEN, 1)).isEqualTo(base);
  }
}
