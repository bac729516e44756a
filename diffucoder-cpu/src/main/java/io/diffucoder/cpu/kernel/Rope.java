package io.diffucoder.cpu.kernel;

/**
 * Rotary embedding of the half-split kind, in place: (R, heads·Dh). Of each head, elements i and i
 * + Dh/2 turn by the angle of pair i at the row's position.
 */
public final class Rope {
  private Rope() {}

  /** Turns every head of row r to the table's r-th position. */
  public static void run(Execution on, Rows x, RopeTable table) {
    int headDim = table.spec().headDim();
    on.overRows(
        x.rows(),
        x.cols(),
        (from, to, own) -> {
          for (int r = from; r < to; r++) {
            for (int head = 0; head < x.cols(); head += headDim) {
              on.kernels().turn(x.values(), r * x.cols() + head, table, r);
            }
          }
        });
  }

  /** Turns pairs of a head from the first of these on. */
  static void turnPairs(float[] x, int at, RopeTable table, int row, int firstPair) {
    float[] cosines = table.cosines();
    float[] sines = table.sines();
    int half = table.half();
    int angles = row * half;
    for (int i = firstPair; i < half; i++) {
      float cos = cosines[angles + i];
      float sin = sines[angles + i];
      float first = x[at + i];
      float second = x[at + half + i];
      x[at + i] = first * cos - second * sin;
      x[at + half + i] = second * cos + first * sin;
    }
  }
}
