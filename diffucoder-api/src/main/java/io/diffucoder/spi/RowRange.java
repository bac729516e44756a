package io.diffucoder.spi;

import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive rows of a tensor.
 *
 * @param start the first row
 * @param count how many; may be 0
 */
public record RowRange(int start, int count) {
  public RowRange {
    if (start < 0 || count < 0 || start > Integer.MAX_VALUE - count) {
      throw new IllegalArgumentException(
          "a row range needs start and count of at least 0, got start %d, count %d"
              .formatted(start, count));
    }
  }

  /** The row after the last one. */
  public int end() {
    return start + count;
  }

  /** How many rows these ranges have together. */
  public static int total(List<RowRange> ranges) {
    return ranges.stream().mapToInt(RowRange::count).sum();
  }

  /** The same rows in as few ranges as possible: where one ends at the next one's start, one. */
  public static List<RowRange> joined(List<RowRange> ranges) {
    List<RowRange> joined = new ArrayList<>();
    for (RowRange range : ranges) {
      if (!joined.isEmpty() && joined.getLast().end() == range.start()) {
        RowRange last = joined.removeLast();
        joined.add(new RowRange(last.start(), last.count() + range.count()));
      } else if (range.count() > 0) {
        joined.add(range);
      }
    }
    return joined;
  }
}
