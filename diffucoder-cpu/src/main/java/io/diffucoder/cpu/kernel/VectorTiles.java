package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.FLOATS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of the matrix product: sums[o][r] += Σₖ weights[o][k] · panel[k][r]. The rows r of
 * the input lie in the lanes, a weight is broadcast to all of them, so weights are read as they lie
 * in the file. Where fewer outputs are left than a tile has, the last one is computed repeatedly.
 *
 * <p>Sizes: the sums, the panel's vectors and one broadcast weight must fit the 16 registers of 128
 * and 256 bits, or the 32 of 512 bits, and the indices of the weights' rows the 16 general ones.
 * All sums start as the same zero: with a zero of its own for each, C2 keeps them out of registers
 * and the tile takes twice as long.
 */
final class VectorTiles {
  static final int WIDE = 2 * LANES;

  private VectorTiles() {}

  /**
   * Rows of weights from the first on; those after the last are the last.
   *
   * @param values the array
   * @param at index of the first row
   * @param stride numbers from row to row
   * @param rows how many there are
   */
  private record TileRows(float[] values, int at, int stride, int rows) {
    static TileRows of(Matrix weights, int first, int outputs) {
      int at = weights.at() + first * weights.stride();
      return new TileRows(weights.values(), at, weights.stride(), outputs - first);
    }

    int row(int i) {
      return at + Math.min(i, rows - 1) * stride;
    }
  }

  /** 6 outputs by 2 vectors of rows: 12 sums, for 16 registers. */
  static void sixByTwo(Matrix panel, Matrix weights, int depth, int outputs, Matrix sums) {
    for (int first = 0; first < outputs; first += 6) {
      sixByTwo(panel, TileRows.of(weights, first, outputs), depth, sums, first);
    }
  }

  private static void sixByTwo(Matrix panel, TileRows weights, int depth, Matrix sums, int first) {
    float[] x = panel.values();
    int p = panel.at();
    float[] w = weights.values();
    int w0 = weights.row(0);
    int w1 = weights.row(1);
    int w2 = weights.row(2);
    int w3 = weights.row(3);
    int w4 = weights.row(4);
    int w5 = weights.row(5);
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector b0 = a0;
    FloatVector a1 = a0;
    FloatVector b1 = a0;
    FloatVector a2 = a0;
    FloatVector b2 = a0;
    FloatVector a3 = a0;
    FloatVector b3 = a0;
    FloatVector a4 = a0;
    FloatVector b4 = a0;
    FloatVector a5 = a0;
    FloatVector b5 = a0;
    for (int k = 0; k < depth; k++) {
      FloatVector u = FloatVector.fromArray(FLOATS, x, p + k * WIDE);
      FloatVector v = FloatVector.fromArray(FLOATS, x, p + LANES + k * WIDE);
      FloatVector c = FloatVector.broadcast(FLOATS, w[w0 + k]);
      a0 = c.fma(u, a0);
      b0 = c.fma(v, b0);
      c = FloatVector.broadcast(FLOATS, w[w1 + k]);
      a1 = c.fma(u, a1);
      b1 = c.fma(v, b1);
      c = FloatVector.broadcast(FLOATS, w[w2 + k]);
      a2 = c.fma(u, a2);
      b2 = c.fma(v, b2);
      c = FloatVector.broadcast(FLOATS, w[w3 + k]);
      a3 = c.fma(u, a3);
      b3 = c.fma(v, b3);
      c = FloatVector.broadcast(FLOATS, w[w4 + k]);
      a4 = c.fma(u, a4);
      b4 = c.fma(v, b4);
      c = FloatVector.broadcast(FLOATS, w[w5 + k]);
      a5 = c.fma(u, a5);
      b5 = c.fma(v, b5);
    }
    float[] s = sums.values();
    int at = sums.at() + first * WIDE;
    addTo(s, at, a0);
    addTo(s, at + LANES, b0);
    addTo(s, at + WIDE, a1);
    addTo(s, at + WIDE + LANES, b1);
    addTo(s, at + 2 * WIDE, a2);
    addTo(s, at + 2 * WIDE + LANES, b2);
    addTo(s, at + 3 * WIDE, a3);
    addTo(s, at + 3 * WIDE + LANES, b3);
    addTo(s, at + 4 * WIDE, a4);
    addTo(s, at + 4 * WIDE + LANES, b4);
    addTo(s, at + 5 * WIDE, a5);
    addTo(s, at + 5 * WIDE + LANES, b5);
  }

  /** 8 outputs by 2 vectors of rows: 16 sums, for 32 registers. */
  static void eightByTwo(Matrix panel, Matrix weights, int depth, int outputs, Matrix sums) {
    for (int first = 0; first < outputs; first += 8) {
      eightByTwo(panel, TileRows.of(weights, first, outputs), depth, sums, first);
    }
  }

  private static void eightByTwo(
      Matrix panel, TileRows weights, int depth, Matrix sums, int first) {
    float[] x = panel.values();
    int p = panel.at();
    float[] w = weights.values();
    int w0 = weights.row(0);
    int w1 = weights.row(1);
    int w2 = weights.row(2);
    int w3 = weights.row(3);
    int w4 = weights.row(4);
    int w5 = weights.row(5);
    int w6 = weights.row(6);
    int w7 = weights.row(7);
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector b0 = a0;
    FloatVector a1 = a0;
    FloatVector b1 = a0;
    FloatVector a2 = a0;
    FloatVector b2 = a0;
    FloatVector a3 = a0;
    FloatVector b3 = a0;
    FloatVector a4 = a0;
    FloatVector b4 = a0;
    FloatVector a5 = a0;
    FloatVector b5 = a0;
    FloatVector a6 = a0;
    FloatVector b6 = a0;
    FloatVector a7 = a0;
    FloatVector b7 = a0;
    for (int k = 0; k < depth; k++) {
      FloatVector u = FloatVector.fromArray(FLOATS, x, p + k * WIDE);
      FloatVector v = FloatVector.fromArray(FLOATS, x, p + LANES + k * WIDE);
      FloatVector c = FloatVector.broadcast(FLOATS, w[w0 + k]);
      a0 = c.fma(u, a0);
      b0 = c.fma(v, b0);
      c = FloatVector.broadcast(FLOATS, w[w1 + k]);
      a1 = c.fma(u, a1);
      b1 = c.fma(v, b1);
      c = FloatVector.broadcast(FLOATS, w[w2 + k]);
      a2 = c.fma(u, a2);
      b2 = c.fma(v, b2);
      c = FloatVector.broadcast(FLOATS, w[w3 + k]);
      a3 = c.fma(u, a3);
      b3 = c.fma(v, b3);
      c = FloatVector.broadcast(FLOATS, w[w4 + k]);
      a4 = c.fma(u, a4);
      b4 = c.fma(v, b4);
      c = FloatVector.broadcast(FLOATS, w[w5 + k]);
      a5 = c.fma(u, a5);
      b5 = c.fma(v, b5);
      c = FloatVector.broadcast(FLOATS, w[w6 + k]);
      a6 = c.fma(u, a6);
      b6 = c.fma(v, b6);
      c = FloatVector.broadcast(FLOATS, w[w7 + k]);
      a7 = c.fma(u, a7);
      b7 = c.fma(v, b7);
    }
    float[] s = sums.values();
    int at = sums.at() + first * WIDE;
    addTo(s, at, a0);
    addTo(s, at + LANES, b0);
    addTo(s, at + WIDE, a1);
    addTo(s, at + WIDE + LANES, b1);
    addTo(s, at + 2 * WIDE, a2);
    addTo(s, at + 2 * WIDE + LANES, b2);
    addTo(s, at + 3 * WIDE, a3);
    addTo(s, at + 3 * WIDE + LANES, b3);
    addTo(s, at + 4 * WIDE, a4);
    addTo(s, at + 4 * WIDE + LANES, b4);
    addTo(s, at + 5 * WIDE, a5);
    addTo(s, at + 5 * WIDE + LANES, b5);
    addTo(s, at + 6 * WIDE, a6);
    addTo(s, at + 6 * WIDE + LANES, b6);
    addTo(s, at + 7 * WIDE, a7);
    addTo(s, at + 7 * WIDE + LANES, b7);
  }

  /** 8 outputs by 1 vector of rows: 8 sums, for the last few rows. */
  static void eightByOne(Matrix panel, Matrix weights, int depth, int outputs, Matrix sums) {
    for (int first = 0; first < outputs; first += 8) {
      eightByOne(panel, TileRows.of(weights, first, outputs), depth, sums, first);
    }
  }

  private static void eightByOne(
      Matrix panel, TileRows weights, int depth, Matrix sums, int first) {
    float[] x = panel.values();
    int p = panel.at();
    float[] w = weights.values();
    int w0 = weights.row(0);
    int w1 = weights.row(1);
    int w2 = weights.row(2);
    int w3 = weights.row(3);
    int w4 = weights.row(4);
    int w5 = weights.row(5);
    int w6 = weights.row(6);
    int w7 = weights.row(7);
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    FloatVector a6 = a0;
    FloatVector a7 = a0;
    int even = depth & -2;
    for (int k = 0; k < even; k += 2) { // unrolled 2x: two weights of a row share an index
      FloatVector u = FloatVector.fromArray(FLOATS, x, p + k * LANES);
      FloatVector v = FloatVector.fromArray(FLOATS, x, p + LANES + k * LANES);
      a0 = u.fma(FloatVector.broadcast(FLOATS, w[w0 + k]), a0);
      a0 = v.fma(FloatVector.broadcast(FLOATS, w[w0 + k + 1]), a0);
      a1 = u.fma(FloatVector.broadcast(FLOATS, w[w1 + k]), a1);
      a1 = v.fma(FloatVector.broadcast(FLOATS, w[w1 + k + 1]), a1);
      a2 = u.fma(FloatVector.broadcast(FLOATS, w[w2 + k]), a2);
      a2 = v.fma(FloatVector.broadcast(FLOATS, w[w2 + k + 1]), a2);
      a3 = u.fma(FloatVector.broadcast(FLOATS, w[w3 + k]), a3);
      a3 = v.fma(FloatVector.broadcast(FLOATS, w[w3 + k + 1]), a3);
      a4 = u.fma(FloatVector.broadcast(FLOATS, w[w4 + k]), a4);
      a4 = v.fma(FloatVector.broadcast(FLOATS, w[w4 + k + 1]), a4);
      a5 = u.fma(FloatVector.broadcast(FLOATS, w[w5 + k]), a5);
      a5 = v.fma(FloatVector.broadcast(FLOATS, w[w5 + k + 1]), a5);
      a6 = u.fma(FloatVector.broadcast(FLOATS, w[w6 + k]), a6);
      a6 = v.fma(FloatVector.broadcast(FLOATS, w[w6 + k + 1]), a6);
      a7 = u.fma(FloatVector.broadcast(FLOATS, w[w7 + k]), a7);
      a7 = v.fma(FloatVector.broadcast(FLOATS, w[w7 + k + 1]), a7);
    }
    if (even < depth) {
      FloatVector u = FloatVector.fromArray(FLOATS, x, p + even * LANES);
      a0 = u.fma(FloatVector.broadcast(FLOATS, w[w0 + even]), a0);
      a1 = u.fma(FloatVector.broadcast(FLOATS, w[w1 + even]), a1);
      a2 = u.fma(FloatVector.broadcast(FLOATS, w[w2 + even]), a2);
      a3 = u.fma(FloatVector.broadcast(FLOATS, w[w3 + even]), a3);
      a4 = u.fma(FloatVector.broadcast(FLOATS, w[w4 + even]), a4);
      a5 = u.fma(FloatVector.broadcast(FLOATS, w[w5 + even]), a5);
      a6 = u.fma(FloatVector.broadcast(FLOATS, w[w6 + even]), a6);
      a7 = u.fma(FloatVector.broadcast(FLOATS, w[w7 + even]), a7);
    }
    float[] s = sums.values();
    int at = sums.at() + first * LANES;
    addTo(s, at, a0);
    addTo(s, at + LANES, a1);
    addTo(s, at + 2 * LANES, a2);
    addTo(s, at + 3 * LANES, a3);
    addTo(s, at + 4 * LANES, a4);
    addTo(s, at + 5 * LANES, a5);
    addTo(s, at + 6 * LANES, a6);
    addTo(s, at + 7 * LANES, a7);
  }

  private static void addTo(float[] sums, int at, FloatVector partial) {
    FloatVector.fromArray(FLOATS, sums, at).add(partial).intoArray(sums, at);
  }
}
