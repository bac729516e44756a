package io.diffucoder.sampling;

/**
 * In which order the parts of a canvas are decided: a block is finished before the next one begins.
 * On Dream models that is as much for quality as for speed: over the whole canvas the end tokens
 * win the race for confidence.
 */
public sealed interface BlockSchedule {
  /** One block: the reference. */
  static BlockSchedule whole() {
    return new Whole();
  }

  /**
   * Blocks of this many positions, the last one shorter (semi-autoregressive decoding: Arriola et
   * al., "Block Diffusion", 2025; Wu et al., "Fast-dLLM", 2025, which takes 32).
   *
   * @throws IllegalArgumentException if the length is not positive
   */
  static BlockSchedule fixed(int length) {
    return new Fixed(length);
  }

  /**
   * Blocks that end with a line: after the surest line break that is predicted within the next
   * {@code maxLength} positions, if its probability is at least {@code minProbability}; after
   * {@code maxLength} positions otherwise (Lu et al., "AdaBlock-dLLM", 2025, with 0.5 for Dream; it
   * looks over a quarter of the canvas, here the look ends where the block must, so that windows
   * stay small).
   *
   * @throws IllegalArgumentException if maxLength is not positive or the probability not in 0 … 1
   */
  static BlockSchedule lines(int maxLength, float minProbability) {
    return new Lines(maxLength, minProbability);
  }

  /** The most positions that a block on a canvas of this many can have. */
  int longest(int canvasSize);

  /** See {@link #whole}. */
  record Whole() implements BlockSchedule {
    @Override
    public int longest(int canvasSize) {
      return canvasSize;
    }
  }

  /** See {@link #fixed}. */
  record Fixed(int length) implements BlockSchedule {
    public Fixed {
      requirePositive(length);
    }

    @Override
    public int longest(int canvasSize) {
      return Math.min(length, canvasSize);
    }
  }

  /** See {@link #lines}. */
  record Lines(int maxLength, float minProbability) implements BlockSchedule {
    public Lines {
      requirePositive(maxLength);
      if (!(minProbability >= 0 && minProbability <= 1)) {
        throw new IllegalArgumentException(
            "the probability of a line break must be between 0 and 1, got " + minProbability);
      }
    }

    @Override
    public int longest(int canvasSize) {
      return Math.min(maxLength, canvasSize);
    }
  }

  private static void requirePositive(int length) {
    if (length <= 0) {
      throw new IllegalArgumentException("a block's length must be positive, got " + length);
    }
  }
}
