package io.diffucoder.spi;

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
}
