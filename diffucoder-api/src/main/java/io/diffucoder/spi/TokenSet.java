package io.diffucoder.spi;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/** An immutable set of token ids. */
public final class TokenSet {
  /** No token. */
  public static final TokenSet NONE = new TokenSet(new int[0]);

  private final int[] sorted;

  private TokenSet(int[] sorted) {
    this.sorted = sorted;
  }

  /**
   * The set of these ids; repetitions count once.
   *
   * @throws IllegalArgumentException if an id is negative
   */
  public static TokenSet of(int... ids) {
    return of(Arrays.stream(ids));
  }

  /**
   * The set of these ids; repetitions count once.
   *
   * @throws IllegalArgumentException if an id is negative
   */
  public static TokenSet of(IntStream ids) {
    int[] sorted = ids.sorted().distinct().toArray();
    if (sorted.length > 0 && sorted[0] < 0) {
      throw new IllegalArgumentException("token ids are not negative, got " + sorted[0]);
    }
    return sorted.length == 0 ? NONE : new TokenSet(sorted);
  }

  /** Whether the id is in the set. */
  public boolean contains(int id) {
    return Arrays.binarySearch(sorted, id) >= 0;
  }

  /** How many ids. */
  public int size() {
    return sorted.length;
  }

  /** The i-th smallest id. */
  public int id(int i) {
    return sorted[i];
  }

  /** The ids as bits 0 … size − 1, those beyond left out. */
  public BitSet toBitSet(int size) {
    BitSet bits = new BitSet(size);
    for (int id : sorted) {
      if (id < size) {
        bits.set(id);
      }
    }
    return bits;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenSet set && Arrays.equals(sorted, set.sorted);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sorted);
  }

  @Override
  public String toString() {
    return "TokenSet" + Arrays.toString(sorted);
  }
}
