package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.FLOATS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * The products of attention: c += a · b with the columns of b and c in the lanes and numbers of a
 * broadcast, 6 lines by 2 vectors at a time. Where fewer lines are left, the last one is computed
 * repeatedly; all copies end the same.
 */
final class VectorProduct {
  private static final int LINES = 6;

  private VectorProduct() {}

  static void add(Matrix a, Matrix b, Matrix c, Kernels.ProductShape shape) {
    for (int column = 0; column < shape.cols(); column += 2 * LANES) {
      int panel = b.at() + column / (2 * LANES) * b.stride();
      for (int line = 0; line < shape.lines(); line += LINES) {
        Matrix lines = new Matrix(a.values(), a.at() + line * a.stride(), a.stride());
        Matrix sums = new Matrix(c.values(), c.at() + line * c.stride() + column, c.stride());
        Matrix panelOfB = new Matrix(b.values(), panel, shape.depth());
        tile(lines, panelOfB, sums, Math.min(LINES, shape.lines() - line) - 1);
      }
    }
  }

  private static void tile(Matrix a, Matrix b, Matrix c, int last) {
    float[] x = a.values();
    int x0 = a.at();
    int x1 = x0 + Math.min(1, last) * a.stride();
    int x2 = x0 + Math.min(2, last) * a.stride();
    int x3 = x0 + Math.min(3, last) * a.stride();
    int x4 = x0 + Math.min(4, last) * a.stride();
    int x5 = x0 + Math.min(5, last) * a.stride();
    float[] s = c.values();
    int s0 = c.at();
    int s1 = s0 + Math.min(1, last) * c.stride();
    int s2 = s0 + Math.min(2, last) * c.stride();
    int s3 = s0 + Math.min(3, last) * c.stride();
    int s4 = s0 + Math.min(4, last) * c.stride();
    int s5 = s0 + Math.min(5, last) * c.stride();
    FloatVector a0 = FloatVector.fromArray(FLOATS, s, s0);
    FloatVector b0 = FloatVector.fromArray(FLOATS, s, s0 + LANES);
    FloatVector a1 = FloatVector.fromArray(FLOATS, s, s1);
    FloatVector b1 = FloatVector.fromArray(FLOATS, s, s1 + LANES);
    FloatVector a2 = FloatVector.fromArray(FLOATS, s, s2);
    FloatVector b2 = FloatVector.fromArray(FLOATS, s, s2 + LANES);
    FloatVector a3 = FloatVector.fromArray(FLOATS, s, s3);
    FloatVector b3 = FloatVector.fromArray(FLOATS, s, s3 + LANES);
    FloatVector a4 = FloatVector.fromArray(FLOATS, s, s4);
    FloatVector b4 = FloatVector.fromArray(FLOATS, s, s4 + LANES);
    FloatVector a5 = FloatVector.fromArray(FLOATS, s, s5);
    FloatVector b5 = FloatVector.fromArray(FLOATS, s, s5 + LANES);
    float[] y = b.values();
    int at = b.at();
    int depth = b.stride();
    for (int k = 0; k < depth; k++) {
      FloatVector u = FloatVector.fromArray(FLOATS, y, at + k * (2 * LANES));
      FloatVector v = FloatVector.fromArray(FLOATS, y, at + k * (2 * LANES) + LANES);
      FloatVector t = FloatVector.broadcast(FLOATS, x[x0 + k]);
      a0 = t.fma(u, a0);
      b0 = t.fma(v, b0);
      t = FloatVector.broadcast(FLOATS, x[x1 + k]);
      a1 = t.fma(u, a1);
      b1 = t.fma(v, b1);
      t = FloatVector.broadcast(FLOATS, x[x2 + k]);
      a2 = t.fma(u, a2);
      b2 = t.fma(v, b2);
      t = FloatVector.broadcast(FLOATS, x[x3 + k]);
      a3 = t.fma(u, a3);
      b3 = t.fma(v, b3);
      t = FloatVector.broadcast(FLOATS, x[x4 + k]);
      a4 = t.fma(u, a4);
      b4 = t.fma(v, b4);
      t = FloatVector.broadcast(FLOATS, x[x5 + k]);
      a5 = t.fma(u, a5);
      b5 = t.fma(v, b5);
    }
    store(a0, b0, s, s0);
    store(a1, b1, s, s1);
    store(a2, b2, s, s2);
    store(a3, b3, s, s3);
    store(a4, b4, s, s4);
    store(a5, b5, s, s5);
  }

  private static void store(FloatVector left, FloatVector right, float[] sums, int at) {
    left.intoArray(sums, at);
    right.intoArray(sums, at + LANES);
  }
}
