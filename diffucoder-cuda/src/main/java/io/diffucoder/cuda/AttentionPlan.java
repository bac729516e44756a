package io.diffucoder.cuda;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.RowRange;

/**
 * An attention specification as numbers for the kernel: for each tile of query rows its first row,
 * its rows, where its keys begin in the list of key rows and how many they are; then the list, a
 * row of the store for each key of each segment.
 *
 * @param tiles how many
 * @param numbers four for each tile, then the key rows
 */
record AttentionPlan(int tiles, int[] numbers) {

  /** Cuts the query rows of each segment into tiles of at most {@code tileRows}. */
  static AttentionPlan of(AttentionSpec spec, int tileRows) {
    int tiles = 0;
    int keys = 0;
    for (AttentionSpec.Segment segment : spec.segments()) {
      tiles += Math.ceilDiv(segment.queries().count(), tileRows);
      keys += segment.keyCount();
    }
    int[] numbers = new int[4 * tiles + keys];
    int tile = 0;
    int firstKey = 0;
    for (AttentionSpec.Segment segment : spec.segments()) {
      int keyCount = segment.keyCount();
      RowRange queries = segment.queries();
      for (int row = queries.start(); row < queries.end(); row += tileRows) {
        numbers[tile++] = row;
        numbers[tile++] = Math.min(tileRows, queries.end() - row);
        numbers[tile++] = firstKey;
        numbers[tile++] = keyCount;
      }
      int at = 4 * tiles + firstKey;
      for (RowRange range : segment.keys()) {
        for (int row = range.start(); row < range.end(); row++) {
          numbers[at++] = row;
        }
      }
      firstKey += keyCount;
    }
    return new AttentionPlan(tiles, numbers);
  }
}
