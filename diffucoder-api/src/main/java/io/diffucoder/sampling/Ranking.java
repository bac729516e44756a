package io.diffucoder.sampling;

import io.diffucoder.spi.Scores;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Rows in order of confidence. */
final class Ranking {
  private Ranking() {}

  /** Rows by descending key; equals stay in order, the lower position first. */
  static int[] surestFirst(double[] keys) {
    // A stable sort, and rows are in ascending position.
    return IntStream.range(0, keys.length)
        .boxed()
        .sorted(Comparator.comparingDouble(row -> -keys[row]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Rows by descending confidence. */
  static int[] surestFirst(Scores scores, Confidence confidence) {
    return surestFirst(
        IntStream.range(0, scores.rows()).mapToDouble(row -> confidence.of(scores, row)).toArray());
  }

  /** The first rows. */
  static int[] surest(int[] rows, int count) {
    return Arrays.copyOf(rows, count);
  }
}
