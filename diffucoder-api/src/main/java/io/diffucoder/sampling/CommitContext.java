package io.diffucoder.sampling;

import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.Scores;
import java.util.List;
import java.util.Objects;

/**
 * What a commit rule may know besides the scores.
 *
 * @param positions the masked position that each row scores, ascending; not to be written
 * @param quota how many the schedule commits in this step
 * @param fraction the schedule's share of masked positions, 1 in the last step
 * @param random the step's randomness
 * @param maskedShare undecided positions of the block, divided by its length: in (0, 1]
 * @param past earlier scores of the same positions, the latest first, as many as the rule remembers
 *     and there are; a position that was not scored then has token −1 and NaN
 */
public record CommitContext(
    int[] positions,
    int quota,
    float fraction,
    RandomKey random,
    float maskedShare,
    List<Scores> past) {
  public CommitContext {
    Objects.requireNonNull(random, "random");
    past = List.copyOf(past);
    if (quota < 0 || quota > positions.length) {
      throw new IllegalArgumentException(
          "quota must be in 0 … %d, the masked positions, got %d"
              .formatted(positions.length, quota));
    }
  }

  /** A step of a canvas of which all is undecided, without a past. */
  public CommitContext(int[] positions, int quota, float fraction, RandomKey random) {
    this(positions, quota, fraction, random, 1, List.of());
  }
}
