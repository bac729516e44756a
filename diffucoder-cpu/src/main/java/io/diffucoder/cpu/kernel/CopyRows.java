package io.diffucoder.cpu.kernel;

/** Rows moved by index: gather (R, C), (M) → (M, C) and scatter (R, C), (R) → rows of (T, C). */
public final class CopyRows {
  private CopyRows() {}

  /** out[m] = x[rows[m]]. */
  public static void gather(Execution on, Rows x, int[] rows, Rows out) {
    int cols = x.cols();
    on.overRows(
        out.rows(),
        cols,
        (from, to, own) -> {
          for (int m = from; m < to; m++) {
            System.arraycopy(x.values(), rows[m] * cols, out.values(), m * cols, cols);
          }
        });
  }

  /** into[rows[r]] = x[r]. */
  public static void scatter(Execution on, Rows x, int[] rows, Rows into) {
    int cols = x.cols();
    on.overRows(
        x.rows(),
        cols,
        (from, to, own) -> {
          for (int r = from; r < to; r++) {
            System.arraycopy(x.values(), r * cols, into.values(), rows[r] * cols, cols);
          }
        });
  }
}
