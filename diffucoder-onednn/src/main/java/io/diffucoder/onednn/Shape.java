package io.diffucoder.onednn;

/**
 * Sizes of a product that oneDNN is given: (rows, in) · (in, out) → (rows, out). All are rounded
 * up, and zeros fill the difference: so there are few of them, and none that the library treats in
 * a way of its own.
 */
record Shape(int rows, int in, int out) {
  private static final int IN_STEP = 32;
  private static final int OUT_STEP = 16;

  /** The shape for a part of a product: a row by itself is computed as two. */
  static Shape of(int rows, int in, int out) {
    int step = rows <= 8 ? 1 : rows <= 64 ? 4 : rows <= 256 ? 8 : 16;
    return new Shape(Math.max(2, up(rows, step)), up(in, IN_STEP), up(out, OUT_STEP));
  }

  private static int up(int size, int step) {
    return Math.ceilDiv(size, step) * step;
  }
}
