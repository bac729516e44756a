package io.diffucoder.cpu.kernel;

/** Register tiles without vectors: 4 outputs by 4 rows, and 4 outputs by 1 row. */
final class ScalarTiles {
  static final int OUTPUTS = 4;
  static final int ROWS = 4;

  private ScalarTiles() {}

  /**
   * Four rows of weights, the last one repeated where there are fewer.
   *
   * @param values the array
   * @param row0 index of the first row's first number, and so on
   */
  record FourRows(float[] values, int row0, int row1, int row2, int row3) {}

  static FourRows rows(Matrix weights, int first, int last) {
    int at = weights.at() + first * weights.stride();
    return new FourRows(
        weights.values(),
        at,
        at + Math.min(1, last) * weights.stride(),
        at + Math.min(2, last) * weights.stride(),
        at + Math.min(3, last) * weights.stride());
  }

  static void narrow(Matrix panel, FourRows weights, int depth, Matrix sums, int firstOutput) {
    float[] x = panel.values();
    float[] w = weights.values();
    int p = panel.at();
    int w0 = weights.row0();
    int w1 = weights.row1();
    int w2 = weights.row2();
    int w3 = weights.row3();
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int k = 0; k < depth; k++) {
      float a = x[p + k];
      s0 += a * w[w0 + k];
      s1 += a * w[w1 + k];
      s2 += a * w[w2 + k];
      s3 += a * w[w3 + k];
    }
    float[] out = sums.values();
    int o = sums.at() + firstOutput;
    out[o] += s0;
    out[o + 1] += s1;
    out[o + 2] += s2;
    out[o + 3] += s3;
  }

  /** Four outputs of one row at a time lie in registers; two rows of the panel share each load. */
  static void wide(Matrix panel, FourRows weights, int depth, Matrix sums, int firstOutput) {
    for (int row = 0; row < ROWS; row += 2) {
      twoRows(panel, row, weights, depth, sums, firstOutput);
    }
  }

  private static void twoRows(
      Matrix panel, int row, FourRows weights, int depth, Matrix sums, int firstOutput) {
    float[] x = panel.values();
    float[] w = weights.values();
    int p = panel.at() + row;
    int w0 = weights.row0();
    int w1 = weights.row1();
    int w2 = weights.row2();
    int w3 = weights.row3();
    float a0 = 0;
    float a1 = 0;
    float a2 = 0;
    float a3 = 0;
    float b0 = 0;
    float b1 = 0;
    float b2 = 0;
    float b3 = 0;
    for (int k = 0; k < depth; k++) {
      float a = x[p + k * ROWS];
      float b = x[p + k * ROWS + 1];
      float u0 = w[w0 + k];
      float u1 = w[w1 + k];
      float u2 = w[w2 + k];
      float u3 = w[w3 + k];
      a0 += a * u0;
      a1 += a * u1;
      a2 += a * u2;
      a3 += a * u3;
      b0 += b * u0;
      b1 += b * u1;
      b2 += b * u2;
      b3 += b * u3;
    }
    float[] out = sums.values();
    int o = sums.at() + firstOutput * ROWS + row;
    out[o] += a0;
    out[o + 1] += b0;
    out[o + ROWS] += a1;
    out[o + ROWS + 1] += b1;
    out[o + 2 * ROWS] += a2;
    out[o + 2 * ROWS + 1] += b2;
    out[o + 3 * ROWS] += a3;
    out[o + 3 * ROWS + 1] += b3;
  }
}
