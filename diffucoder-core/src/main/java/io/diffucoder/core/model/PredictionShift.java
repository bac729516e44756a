package io.diffucoder.core.model;

/**
 * The one place that knows which row predicts which position. Dream keeps the habit of its
 * autoregressive ancestor: row i − 1 predicts position i. Position 0 has no row before it and
 * shares row 0, as in the reference; canvases that begin with a mask are the only ones to notice.
 */
final class PredictionShift {
  private PredictionShift() {}

  /** The row whose logits predict each of these positions. */
  static int[] rowsFor(int[] positions, int firstRow) {
    int[] rows = new int[positions.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = firstRow + Math.max(positions[i] - 1, 0);
    }
    return rows;
  }
}
