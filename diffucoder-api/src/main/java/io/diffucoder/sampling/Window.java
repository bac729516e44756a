package io.diffucoder.sampling;

import io.diffucoder.spi.RowRange;
import java.util.List;

/**
 * What one pass over a canvas computes and sees.
 *
 * @param computed positions whose rows run through the network: ascending, apart
 * @param seen positions whose keys and values attention sees, ascending, apart: those computed, and
 *     others that an earlier pass computed
 */
public record Window(List<RowRange> computed, List<RowRange> seen) {
  public Window {
    computed = List.copyOf(computed);
    seen = List.copyOf(seen);
    requireAscending(computed);
    requireAscending(seen);
    for (RowRange range : computed) {
      if (seen.stream().noneMatch(s -> s.start() <= range.start() && range.end() <= s.end())) {
        throw new IllegalArgumentException(
            "a pass sees what it computes: %s is not in %s".formatted(range, seen));
      }
    }
  }

  /** All positions of a canvas of this size. */
  public static Window full(int size) {
    List<RowRange> all = List.of(new RowRange(0, size));
    return new Window(all, all);
  }

  /** How many rows run through the network. */
  public int rows() {
    return RowRange.total(computed);
  }

  private static void requireAscending(List<RowRange> ranges) {
    int next = 0;
    for (RowRange range : ranges) {
      if (range.start() < next || range.count() == 0) {
        throw new IllegalArgumentException(
            "a window's ranges must not be empty, must ascend and lie apart, got " + ranges);
      }
      next = range.end() + 1;
    }
  }
}
