package io.diffucoder.sampling;

/**
 * Whether decided positions of the current block are looked at again, which costs their scores. One
 * becomes undecided when its row now gives another token at least this probability, so that its own
 * has dropped to at most one minus that (after Saber, 2026, and the remasking of dInfer, 2025).
 *
 * <p>Never more are taken back in a step than it commits but one, each position at most once, and
 * none before the block's first undecided position: decoding ends, and text at the front stays.
 *
 * @param minProbability of the other token; above 1 nothing is taken back
 */
public record Remasking(float minProbability) {
  /** Decided is decided: the reference. */
  public static final Remasking NEVER = new Remasking(Float.POSITIVE_INFINITY);

  public Remasking {
    if (!(minProbability > 0.5f)) {
      throw new IllegalArgumentException(
          "another token must be more likely than not for a position to be taken back, got "
              + minProbability);
    }
  }

  /** Whether anything can be taken back. */
  public boolean happens() {
    return minProbability <= 1;
  }
}
