package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.TokenFilter;
import java.util.Arrays;

/**
 * Top-p, then top-k, of one row: lists the tokens that are kept. Exact and without a sort. Tokens
 * so unlikely that all of them together cannot reach what top-p leaves out are not looked at; among
 * the others a radix select over the bits of the logits finds the last one that is kept: one pass
 * over all of them by the upper 11 bits, and two over those that share these.
 */
final class TokenCut {
  private static final int DIGITS = 2048;
  private static final int[] SHIFTS = {21, 10, 0};
  private static final int[] MASKS = {0x7FF, 0x7FF, 0x3FF};

  private final TokenFilter filter;
  private final float[] logits;
  private final float[] weights;

  /** The tokens that are kept so far, ascending. */
  private final int[] kept;

  private int count;

  /** Those that share the digits found so far. */
  private final int[] level;

  private final double[] mass = new double[DIGITS];

  TokenCut(TokenFilter filter, float[] logits, float[] weights, Scratch own) {
    this.filter = filter;
    this.logits = logits;
    this.weights = weights;
    this.kept = own.ints(Scratch.Use.KEPT, weights.length);
    this.level = own.ints(Scratch.Use.LEVEL, weights.length);
  }

  /**
   * Cuts.
   *
   * @param total the sum of the weights
   * @return how many tokens are kept: the first of {@link #kept()}
   */
  int apply(double total, int vocabulary) {
    collect((float) ((1 - filter.topP()) * total / vocabulary * 0.999), vocabulary);
    if (filter.topP() < 1) {
      topP(filter.topP() * total);
    }
    if (filter.topK() != TokenFilter.NO_TOP_K && filter.topK() < count) {
      topK();
    }
    return count;
  }

  int[] kept() {
    return kept;
  }

  /** All tokens with a share of at least this. */
  private void collect(float least, int vocabulary) {
    int n = 0;
    for (int id = 0; id < vocabulary; id++) {
      kept[n] = id;
      n += weights[id] >= least && weights[id] > 0 ? 1 : 0; // no branch: it could not be predicted
    }
    count = n;
  }

  /** Keeps the shortest prefix, most likely first and ties by lower id, that exceeds the target. */
  private void topP(double target) {
    Boundary last = boundary(Measure.WEIGHT, target);
    double before = last.before;
    int n = 0;
    for (int i = 0; i < count; i++) {
      int id = kept[i];
      int order = Integer.compareUnsigned(key(id), last.key);
      boolean isKept = order > 0 || (order == 0 && before <= target);
      if (order == 0) {
        before += weights[id];
      }
      kept[n] = id;
      n += isKept ? 1 : 0;
    }
    count = n;
  }

  /** Keeps what is at least as likely as the topK-th. */
  private void topK() {
    Boundary last = boundary(Measure.COUNT, filter.topK() - 0.5);
    int n = 0;
    for (int i = 0; i < count; i++) {
      kept[n] = kept[i];
      n += Integer.compareUnsigned(key(kept[i]), last.key) >= 0 ? 1 : 0;
    }
    count = n;
  }

  /** What is added up. */
  private enum Measure {
    WEIGHT,
    COUNT
  }

  /** The key at which the sum, most likely first, exceeds the target, and the sum before it. */
  private record Boundary(int key, double before) {}

  private Boundary boundary(Measure measure, double target) {
    System.arraycopy(kept, 0, level, 0, count);
    int members = count;
    int key = 0;
    double before = 0;
    for (int pass = 0; pass < SHIFTS.length; pass++) {
      int digit = addUp(members, pass, measure);
      while (digit > 0 && (mass[digit] == 0 || before + mass[digit] <= target)) {
        before += mass[digit];
        digit--;
      }
      key |= digit << SHIFTS[pass];
      members = select(members, pass, digit);
    }
    return new Boundary(key, before);
  }

  /** Fills {@link #mass}; returns the highest digit among the members. */
  private int addUp(int members, int pass, Measure measure) {
    Arrays.fill(mass, 0);
    int highest = 0;
    for (int i = 0; i < members; i++) {
      int id = level[i];
      int digit = digit(id, pass);
      mass[digit] += measure == Measure.COUNT ? 1 : weights[id];
      highest = Math.max(highest, digit);
    }
    return highest;
  }

  private int select(int members, int pass, int digit) {
    int n = 0;
    for (int i = 0; i < members; i++) {
      int id = level[i];
      level[n] = id;
      n += digit(id, pass) == digit ? 1 : 0;
    }
    return n;
  }

  private int digit(int id, int pass) {
    return (key(id) >>> SHIFTS[pass]) & MASKS[pass];
  }

  /** Bits that order as unsigned numbers the way the logits do; −0 and 0 are one. */
  private int key(int id) {
    int bits = Float.floatToRawIntBits(logits[id] + 0f);
    return bits < 0 ? ~bits : bits | 0x80000000;
  }
}
