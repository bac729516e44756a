package io.diffucoder.core.tokenizer;

import java.util.Arrays;

/**
 * The merges of a byte-pair encoding, (left id, right id) → (rank, id of the union): an open
 * addressing hash table over longs, written while loading and only read afterwards.
 */
final class MergeTable {
  /** What {@link #find} returns for two tokens that do not merge. */
  static final long NONE = -1;

  private static final long EMPTY = -1;

  private final long[] keys;
  private final long[] merges;
  private final int shift;
  private int size;

  /** A table for at most {@code count} merges. */
  MergeTable(int count) {
    int bits = Math.max(4, 33 - Integer.numberOfLeadingZeros(count));
    keys = new long[1 << bits];
    merges = new long[1 << bits];
    shift = Long.SIZE - bits;
    Arrays.fill(keys, EMPTY);
  }

  /** Adds the merge of the next rank, 0, 1, …; returns false if the two tokens merge already. */
  boolean add(int left, int right, int union) {
    long key = key(left, right);
    int slot = slot(key);
    if (keys[slot] == key) {
      return false;
    }
    assert size < keys.length / 2 : "the table was made for fewer merges";
    keys[slot] = key;
    merges[slot] = (long) size++ << 32 | union;
    return true;
  }

  /** The merge of two tokens for {@link #rank} and {@link #union}, or {@link #NONE}. */
  long find(int left, int right) {
    long key = key(left, right);
    int slot = slot(key);
    return keys[slot] == key ? merges[slot] : NONE;
  }

  /** All pairs by rank, the left id in the upper half. */
  long[] pairs() {
    long[] pairs = new long[size];
    for (int slot = 0; slot < keys.length; slot++) {
      if (keys[slot] != EMPTY) {
        pairs[rank(merges[slot])] = keys[slot];
      }
    }
    return pairs;
  }

  static int rank(long merge) {
    return (int) (merge >>> 32);
  }

  static int union(long merge) {
    return (int) merge;
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  /** The slot that holds the key, or the empty one where it belongs. */
  private int slot(long key) {
    int slot = (int) (((key ^ (key >>> 29)) * 0x9E3779B97F4A7C15L) >>> shift);
    while (keys[slot] != EMPTY && keys[slot] != key) {
      slot = (slot + 1) & (keys.length - 1);
    }
    return slot;
  }
}
