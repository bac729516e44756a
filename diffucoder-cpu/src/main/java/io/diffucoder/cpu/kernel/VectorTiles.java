package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.Kernels.OUTPUTS;
import static io.diffucoder.cpu.kernel.TileMemory.MEMORY;
import static io.diffucoder.cpu.kernel.TileMemory.within;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.BYTES;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.FLOATS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANES;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of the matrix product: sums[r][o] += x[r] · w[o], lane by lane, for two rows or
 * one and six outputs. The columns lie in the lanes, so weights and inputs are used as they are
 * stored, row by row; the lanes are added up only at the end ({@link VectorSums}).
 *
 * <p>Twelve sums, two vectors of the input and one of the weights: 15 of the 16 registers of 128
 * and 256 bits. C2 must not unroll these loops, or it would spill the sums; a step has enough
 * operations that it does not (docs/adr/0008).
 */
final class VectorTiles {
  private VectorTiles() {}

  /** Two rows: {@code steps} vectors of each row and each output. */
  static void pair(Operands o, int x, int weights, int steps, int sums) {
    float[] in = o.x();
    float[] s = o.sums();
    FloatVector a0 = at(s, sums, 0);
    FloatVector a1 = at(s, sums, 1);
    FloatVector a2 = at(s, sums, 2);
    FloatVector a3 = at(s, sums, 3);
    FloatVector a4 = at(s, sums, 4);
    FloatVector a5 = at(s, sums, 5);
    FloatVector b0 = at(s, sums, 6);
    FloatVector b1 = at(s, sums, 7);
    FloatVector b2 = at(s, sums, 8);
    FloatVector b3 = at(s, sums, 9);
    FloatVector b4 = at(s, sums, 10);
    FloatVector b5 = at(s, sums, 11);
    int end = x + steps * 2 * LANES;
    int next = weights;
    for (int i = x; i < end; i += 2 * LANES) {
      long w = within(next);
      FloatVector u = FloatVector.fromArray(FLOATS, in, i);
      FloatVector v = FloatVector.fromArray(FLOATS, in, i + LANES);
      FloatVector t = weight(w, 0);
      a0 = t.fma(u, a0);
      b0 = t.fma(v, b0);
      t = weight(w, 1);
      a1 = t.fma(u, a1);
      b1 = t.fma(v, b1);
      t = weight(w, 2);
      a2 = t.fma(u, a2);
      b2 = t.fma(v, b2);
      t = weight(w, 3);
      a3 = t.fma(u, a3);
      b3 = t.fma(v, b3);
      t = weight(w, 4);
      a4 = t.fma(u, a4);
      b4 = t.fma(v, b4);
      t = weight(w, 5);
      a5 = t.fma(u, a5);
      b5 = t.fma(v, b5);
      next += OUTPUTS * BYTES;
    }
    store(a0, s, sums, 0);
    store(a1, s, sums, 1);
    store(a2, s, sums, 2);
    store(a3, s, sums, 3);
    store(a4, s, sums, 4);
    store(a5, s, sums, 5);
    store(b0, s, sums, 6);
    store(b1, s, sums, 7);
    store(b2, s, sums, 8);
    store(b3, s, sums, 9);
    store(b4, s, sums, 10);
    store(b5, s, sums, 11);
  }

  /** One row; its sums end as they do beside another row. */
  static void single(Operands o, int x, int weights, int steps, int sums) {
    float[] in = o.x();
    float[] s = o.sums();
    FloatVector a0 = at(s, sums, 0);
    FloatVector a1 = at(s, sums, 1);
    FloatVector a2 = at(s, sums, 2);
    FloatVector a3 = at(s, sums, 3);
    FloatVector a4 = at(s, sums, 4);
    FloatVector a5 = at(s, sums, 5);
    int end = x + steps * LANES;
    int next = weights;
    for (int i = x; i < end; i += LANES) {
      long w = within(next);
      FloatVector u = FloatVector.fromArray(FLOATS, in, i);
      a0 = weight(w, 0).fma(u, a0);
      a1 = weight(w, 1).fma(u, a1);
      a2 = weight(w, 2).fma(u, a2);
      a3 = weight(w, 3).fma(u, a3);
      a4 = weight(w, 4).fma(u, a4);
      a5 = weight(w, 5).fma(u, a5);
      next += OUTPUTS * BYTES;
    }
    store(a0, s, sums, 0);
    store(a1, s, sums, 1);
    store(a2, s, sums, 2);
    store(a3, s, sums, 3);
    store(a4, s, sums, 4);
    store(a5, s, sums, 5);
  }

  private static FloatVector weight(long step, int output) {
    return FloatVector.fromMemorySegment(
        FLOATS, MEMORY, step + (long) output * BYTES, ByteOrder.LITTLE_ENDIAN);
  }

  private static FloatVector at(float[] sums, int at, int vector) {
    return FloatVector.fromArray(FLOATS, sums, at + vector * LANES);
  }

  private static void store(FloatVector value, float[] sums, int at, int vector) {
    value.intoArray(sums, at + vector * LANES);
  }
}
