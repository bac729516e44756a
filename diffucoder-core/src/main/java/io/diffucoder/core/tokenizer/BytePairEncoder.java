package io.diffucoder.core.tokenizer;

import java.util.Arrays;

/**
 * Byte-pair encoding of one piece of text: its bytes are tokens, and the pair with the lowest rank,
 * the leftmost first, becomes one token until no two neighbours merge. A queue of pairs over a
 * linked list takes O(n log n) for n bytes, so a megabyte of one letter is no attack.
 */
final class BytePairEncoder {
  private static final int GONE = -1;

  private final int[] idOfByte;
  private final MergeTable merges;

  /**
   * Creates the encoder.
   *
   * @param idOfByte the tokens of the 256 bytes
   * @param merges what merges into what
   */
  BytePairEncoder(int[] idOfByte, MergeTable merges) {
    this.idOfByte = idOfByte;
    this.merges = merges;
  }

  /** What merges into what. */
  MergeTable merges() {
    return merges;
  }

  /** The tokens of one piece of text in UTF-8. */
  int[] encode(byte[] utf8) {
    int[] symbols = new int[utf8.length];
    for (int i = 0; i < utf8.length; i++) {
      symbols[i] = idOfByte[utf8[i] & 0xFF];
    }
    if (symbols.length > 1) {
      new Chain(symbols, merges).mergeAll();
    }
    return Arrays.stream(symbols).filter(symbol -> symbol != GONE).toArray();
  }

  /** The symbols of a piece as a doubly linked list in place, and its pairs by rank. */
  private static final class Chain {
    private final int[] symbols;
    private final int[] previous;
    private final int[] next;
    private final MergeTable merges;
    private final LongHeap queue;

    Chain(int[] symbols, MergeTable merges) {
      int length = symbols.length;
      this.symbols = symbols;
      this.merges = merges;
      previous = new int[length];
      next = new int[length];
      queue = new LongHeap(length);
      for (int i = 0; i < length; i++) {
        previous[i] = i - 1;
        next[i] = i + 1;
        offer(i);
      }
    }

    void mergeAll() {
      while (!queue.isEmpty()) {
        long entry = queue.poll();
        int left = (int) entry;
        long merge = mergeAt(left);
        // An entry whose pair has changed since it was queued is stale; the new pair has its own.
        if (merge != MergeTable.NONE && MergeTable.rank(merge) == (int) (entry >>> 32)) {
          mergeWithNext(left, MergeTable.union(merge));
        }
      }
    }

    private void mergeWithNext(int left, int union) {
      int right = next[left];
      symbols[left] = union;
      symbols[right] = GONE;
      next[left] = next[right];
      if (next[right] < symbols.length) {
        previous[next[right]] = left;
      }
      if (previous[left] >= 0) {
        offer(previous[left]);
      }
      offer(left);
    }

    private void offer(int left) {
      long merge = mergeAt(left);
      if (merge != MergeTable.NONE) {
        queue.add((long) MergeTable.rank(merge) << 32 | left);
      }
    }

    private long mergeAt(int left) {
      int right = next[left];
      return symbols[left] == GONE || right >= symbols.length
          ? MergeTable.NONE
          : merges.find(symbols[left], symbols[right]);
    }
  }
}
