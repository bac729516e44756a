package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.TokenFilter;
import java.util.Arrays;

/**
 * Top-p, then top-k, of one row: sets the weights of the tokens that are cut to 0. Exact and
 * without a sort: a radix select over the bits of the logits finds the last token that is kept,
 * three passes of {@value #DIGITS} buckets at most.
 */
final class TokenCut {
  private static final int DIGITS = 2048;
  private static final int[] SHIFTS = {21, 10, 0};
  private static final int[] MASKS = {0x7FF, 0x7FF, 0x3FF};

  private final TokenFilter filter;
  private final float[] logits;
  private final float[] weights;
  private final int vocabulary;
  private final double[] mass = new double[DIGITS];
  private final int[] counts = new int[DIGITS];

  TokenCut(TokenFilter filter, float[] logits, float[] weights, int vocabulary) {
    this.filter = filter;
    this.logits = logits;
    this.weights = weights;
    this.vocabulary = vocabulary;
  }

  /**
   * Cuts.
   *
   * @param total the sum of the weights
   * @return the sum of those that are kept
   */
  double apply(double total) {
    if (filter.topP() < 1) {
      topP(filter.topP() * total);
    }
    if (filter.topK() != TokenFilter.NO_TOP_K && filter.topK() < vocabulary) {
      topK();
    }
    double kept = 0;
    for (int id = 0; id < vocabulary; id++) {
      kept += weights[id];
    }
    return kept;
  }

  /** Keeps the shortest prefix, most likely first and ties by lower id, that exceeds the target. */
  private void topP(double target) {
    int prefix = 0;
    int known = 0;
    double above = 0;
    for (int pass = 0; pass < SHIFTS.length; pass++) {
      count(prefix, known, pass);
      int digit = DIGITS - 1;
      while (digit > 0 && !(above + mass[digit] > target && counts[digit] > 0)) {
        above += mass[digit];
        digit--;
      }
      prefix |= digit << SHIFTS[pass];
      known |= MASKS[pass] << SHIFTS[pass];
    }
    for (int id = 0; id < vocabulary; id++) {
      int order = Integer.compareUnsigned(key(id), prefix);
      if (order < 0 || (order == 0 && above > target)) {
        weights[id] = 0;
      } else if (order == 0) {
        above += weights[id];
      }
    }
  }

  /** Keeps what is at least as likely as the topK-th of what is left. */
  private void topK() {
    int prefix = 0;
    int known = 0;
    long above = 0;
    for (int pass = 0; pass < SHIFTS.length; pass++) {
      count(prefix, known, pass);
      int digit = DIGITS - 1;
      while (digit > 0 && above + counts[digit] < filter.topK()) {
        above += counts[digit];
        digit--;
      }
      prefix |= digit << SHIFTS[pass];
      known |= MASKS[pass] << SHIFTS[pass];
    }
    for (int id = 0; id < vocabulary; id++) {
      if (Integer.compareUnsigned(key(id), prefix) < 0) {
        weights[id] = 0;
      }
    }
  }

  /** Counts and weighs, by their next digit, the tokens that have a share and begin like prefix. */
  private void count(int prefix, int known, int pass) {
    Arrays.fill(mass, 0);
    Arrays.fill(counts, 0);
    for (int id = 0; id < vocabulary; id++) {
      int key = key(id);
      if (weights[id] > 0 && (key & known) == prefix) {
        int digit = (key >>> SHIFTS[pass]) & MASKS[pass];
        mass[digit] += weights[id];
        counts[digit]++;
      }
    }
  }

  /** Bits that order as unsigned numbers the way the logits do; −0 and 0 are one. */
  private int key(int id) {
    int bits = Float.floatToRawIntBits(logits[id] + 0f);
    return bits < 0 ? ~bits : bits | 0x80000000;
  }
}
