package io.diffucoder.spi;

/**
 * The source of all randomness: a pure function of seed, step, purpose and position, the same on
 * every backend and in every batch. Philox-4x32-10 (Salmon et al., "Parallel Random Numbers: As
 * Easy as 1, 2, 3", 2011) keyed by the seed, its counter (position, step, purpose, 0).
 *
 * @param seed the request's seed
 * @param step the step within the request
 */
public record RandomKey(long seed, int step) {

  /** What a number is drawn for; each purpose is a stream of its own. */
  public enum Purpose {
    /** Which token a position gets. */
    TOKEN(0),
    /** Whether a position is committed, or its place in a random order. */
    COMMIT(1);

    private final int counterWord;

    Purpose(int counterWord) {
      this.counterWord = counterWord;
    }
  }

  private static final int MULTIPLIER_0 = 0xD2511F53;
  private static final int MULTIPLIER_1 = 0xCD9E8D57;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;

  /** A uniform number in [0, 1): the upper 24 bits of Philox's first word, divided by 2^24. */
  public float uniform(Purpose purpose, int position) {
    return (firstWord(purpose.counterWord, position) >>> 8) * 0x1p-24f;
  }

  private int firstWord(int purpose, int position) {
    int c0 = position;
    int c1 = step;
    int c2 = purpose;
    int c3 = 0;
    int k0 = (int) seed;
    int k1 = (int) (seed >>> 32);
    for (int round = 0; round < 10; round++) {
      long product0 = (MULTIPLIER_0 & 0xFFFFFFFFL) * (c0 & 0xFFFFFFFFL);
      long product1 = (MULTIPLIER_1 & 0xFFFFFFFFL) * (c2 & 0xFFFFFFFFL);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return c0;
  }
}
