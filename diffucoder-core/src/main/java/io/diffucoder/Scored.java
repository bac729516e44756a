package io.diffucoder;

import io.diffucoder.spi.Scores;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Scores with the positions that they are for.
 *
 * @param positions ascending
 * @param scores one row for each
 */
record Scored(int[] positions, Scores scores) {

  /** Number of rows. */
  int rows() {
    return positions.length;
  }

  /** Positions by descending key, one a row; of equals the lower first. */
  IntStream positionsByDescending(float[] keys) {
    return IntStream.range(0, positions.length)
        .boxed()
        .sorted(Comparator.comparingDouble(row -> -keys[row]))
        .mapToInt(row -> positions[row]);
  }

  /** Those rows whose position is wanted. */
  Scored at(IntPredicate position) {
    return rows(row -> position.test(positions[row]));
  }

  /** Those rows whose index is wanted. */
  Scored rows(IntPredicate row) {
    int[] rows = IntStream.range(0, positions.length).filter(row).toArray();
    if (rows.length == positions.length) {
      return this;
    }
    Scores part = Scores.ofRows(rows.length);
    for (int i = 0; i < rows.length; i++) {
      copy(rows[i], part, i);
    }
    return new Scored(Arrays.stream(rows).map(r -> positions[r]).toArray(), part);
  }

  /** The scores of these positions; token −1 and NaN where a position was not scored. */
  Scores alignedTo(int[] wanted) {
    Scores aligned = Scores.ofRows(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      int row = Arrays.binarySearch(positions, wanted[i]);
      if (row >= 0) {
        copy(row, aligned, i);
      } else {
        aligned.token()[i] = -1;
        aligned.tokenProb()[i] = Float.NaN;
        aligned.top1Prob()[i] = Float.NaN;
        aligned.top2Prob()[i] = Float.NaN;
        aligned.negativeEntropy()[i] = Float.NaN;
      }
    }
    return aligned;
  }

  private void copy(int row, Scores into, int at) {
    into.token()[at] = scores.token()[row];
    into.tokenProb()[at] = scores.tokenProb()[row];
    into.top1Prob()[at] = scores.top1Prob()[row];
    into.top2Prob()[at] = scores.top2Prob()[row];
    into.negativeEntropy()[at] = scores.negativeEntropy()[row];
  }
}
