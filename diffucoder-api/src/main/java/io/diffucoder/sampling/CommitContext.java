package io.diffucoder.sampling;

import io.diffucoder.spi.RandomKey;
import java.util.Objects;

/**
 * What a commit rule may know besides the scores.
 *
 * @param positions the masked position that each row scores, ascending; not to be written
 * @param quota how many the schedule commits in this step
 * @param fraction the schedule's share of masked positions, 1 in the last step
 * @param random the step's randomness
 */
public record CommitContext(int[] positions, int quota, float fraction, RandomKey random) {
  public CommitContext {
    Objects.requireNonNull(random, "random");
    if (quota < 0 || quota > positions.length) {
      throw new IllegalArgumentException(
          "quota must be in 0 … %d, the masked positions, got %d"
              .formatted(positions.length, quota));
    }
  }
}
