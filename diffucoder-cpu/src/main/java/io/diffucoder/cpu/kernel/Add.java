package io.diffucoder.cpu.kernel;

/** residual += x: (R, D). */
public final class Add {
  private Add() {}

  /** Adds element by element. */
  public static void run(Execution on, Rows x, Rows residual) {
    int cols = x.cols();
    on.overRows(
        x.rows(),
        cols,
        (from, to, own) -> on.kernels().add(x.values(), residual.values(), from * cols, to * cols));
  }
}
