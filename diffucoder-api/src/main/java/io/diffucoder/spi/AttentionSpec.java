package io.diffucoder.spi;

import java.util.List;
import java.util.Objects;

/**
 * Grouped-query attention over segments, without any mask: each query row of a segment attends to
 * all the key rows of the segment, whatever else is in the batch. Query head j uses key/value head
 * j / (heads / kvHeads). Scores are scaled by 1/sqrt(headDim); the softmax accumulates in float32
 * or wider.
 *
 * @param heads query heads H
 * @param kvHeads key and value heads Hkv, a divisor of H
 * @param headDim width Dh of a head
 * @param segments query rows and the key rows they see; together they cover the query rows from 0
 *     on without gap or overlap, in ascending order
 */
public record AttentionSpec(int heads, int kvHeads, int headDim, List<Segment> segments) {

  /**
   * Query rows and what they see.
   *
   * @param queries rows of the query tensor
   * @param keys ranges of the key/value store, without overlap; a row with no key yields zeros
   */
  public record Segment(RowRange queries, List<RowRange> keys) {
    public Segment {
      Objects.requireNonNull(queries, "queries");
      keys = List.copyOf(keys);
    }

    /** How many key rows a query row of this segment sees. */
    public int keyCount() {
      return RowRange.total(keys);
    }
  }

  public AttentionSpec {
    segments = List.copyOf(segments);
    if (heads <= 0 || kvHeads <= 0 || headDim <= 0 || heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          "attention needs positive sizes and kvHeads dividing heads, got heads %d, kvHeads %d,"
                  .formatted(heads, kvHeads)
              + " headDim "
              + headDim);
    }
    int next = 0;
    for (Segment segment : segments) {
      if (segment.queries().start() != next) {
        throw new IllegalArgumentException(
            "attention segments must cover the query rows in order: the next row is %d, got %s"
                .formatted(next, segment.queries()));
      }
      next = segment.queries().end();
    }
  }

  /** One canvas: rows query rows that all see the first {@code keyRows} rows of the store. */
  public static AttentionSpec full(int heads, int kvHeads, int headDim, int rows, int keyRows) {
    return new AttentionSpec(
        heads,
        kvHeads,
        headDim,
        List.of(new Segment(new RowRange(0, rows), List.of(new RowRange(0, keyRows)))));
  }

  /** Number of query rows R that the segments cover. */
  public int queryRows() {
    return segments.isEmpty() ? 0 : segments.getLast().queries().end();
  }

  /** One more than the largest key row that any segment sees; 0 if none sees any. */
  public int keyRowsNeeded() {
    int needed = 0;
    for (Segment segment : segments) {
      for (RowRange range : segment.keys()) {
        needed = range.count() == 0 ? needed : Math.max(needed, range.end());
      }
    }
    return needed;
  }
}
