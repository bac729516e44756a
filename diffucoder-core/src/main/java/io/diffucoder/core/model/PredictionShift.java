package io.diffucoder.core.model;

import io.diffucoder.sampling.Window;
import io.diffucoder.spi.RowRange;
import java.util.Arrays;

/**
 * The one place that knows which row predicts which position. Dream keeps the habit of its
 * autoregressive ancestor: row i − 1 predicts position i. Position 0 has no row before it and
 * shares row 0, as in the reference; canvases that begin with a mask are the only ones to notice.
 */
public final class PredictionShift {
  private PredictionShift() {}

  /** The canvas position whose row predicts this one. */
  public static int predictor(int position) {
    return Math.max(position - 1, 0);
  }

  /** The rows that a block's scores come from: one to the left of it. */
  public static RowRange predictors(RowRange block) {
    int first = predictor(block.start());
    return new RowRange(first, Math.max(block.end() - first, 1));
  }

  /**
   * The rows of a pass whose logits predict these positions.
   *
   * @param window what the pass computes of the canvas
   * @param firstRow the pass's row of the window's first position
   * @throws IllegalArgumentException if the window does not compute one of them
   */
  static int[] rowsFor(int[] positions, Window window, int firstRow) {
    int[] rows = new int[positions.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = firstRow + rowOf(positions[i], window);
    }
    return rows;
  }

  private static int rowOf(int position, Window window) {
    int predictor = predictor(position);
    int before = 0;
    for (RowRange range : window.computed()) {
      if (range.start() <= predictor && predictor < range.end()) {
        return before + predictor - range.start();
      }
      before += range.count();
    }
    throw new IllegalArgumentException(
        "position %d is predicted by row %d, which the window does not compute: %s"
            .formatted(position, predictor, Arrays.toString(window.computed().toArray())));
  }
}
