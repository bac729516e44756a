package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.FLOATS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of one row of the input with rows of weights that are used as they are read: where
 * nothing shares a widened weight, storing it would take longer than reading it. The sums are those
 * of {@link VectorTiles}, to the last bit.
 */
final class VectorDots {
  /** Rows of weights at a time: enough chains of sums to wait for memory only. */
  private static final int ROWS = 3;

  private VectorDots() {}

  /** As {@link Kernels#multiplyAlone}. */
  static boolean outputs(Operands o, int x, RowPair first, int sums) {
    StoredMatrix weights = first.weights();
    if (weights.dtype().isQuantised()
        || weights.cols() % VectorWiden.order(weights.dtype()).length != 0) {
      return false;
    }
    for (int output = 0; output < Kernels.OUTPUTS; output += ROWS) {
      Lines lines = new Lines(weights, first.row() + output);
      int into = sums + output * LANES;
      switch (weights.dtype()) {
        case F32 -> float32(o, x, lines, into);
        case BF16 -> bfloat16(o, x, lines, into);
        case F16 -> {
          long[] offsets = {lines.at(0), lines.at(1), lines.at(2)};
          VectorHalves.dots(o, x, weights, offsets, into, first.own());
        }
        default -> throw new AssertionError(weights.dtype());
      }
    }
    return true;
  }

  /** Three neighbouring rows of weights; those beyond the last one are the last one. */
  private record Lines(StoredMatrix weights, int first) {
    long at(int line) {
      return weights.offset(Math.min(first + line, weights.rows() - 1));
    }
  }

  private static void float32(Operands o, int x, Lines lines, int sums) {
    MemorySegment m = lines.weights.bytes();
    long first = lines.at(0);
    long second = lines.at(1);
    long third = lines.at(2);
    float[] in = o.x();
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    for (int i = 0; i < lines.weights.cols(); i += LANES) {
      FloatVector u = FloatVector.fromArray(FLOATS, in, x + i);
      a = floats(m, first + 4L * i).fma(u, a);
      b = floats(m, second + 4L * i).fma(u, b);
      c = floats(m, third + 4L * i).fma(u, c);
    }
    put(o.sums(), sums, a, b, c);
  }

  private static void bfloat16(Operands o, int x, Lines lines, int sums) {
    MemorySegment m = lines.weights.bytes();
    long first = lines.at(0);
    long second = lines.at(1);
    long third = lines.at(2);
    float[] in = o.x();
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    for (int i = 0; i < lines.weights.cols(); i += 2 * LANES) {
      FloatVector u = FloatVector.fromArray(FLOATS, in, x + i);
      FloatVector v = FloatVector.fromArray(FLOATS, in, x + i + LANES);
      IntVector p = VectorWiden.pairs(m, first + 2L * i);
      IntVector q = VectorWiden.pairs(m, second + 2L * i);
      IntVector r = VectorWiden.pairs(m, third + 2L * i);
      a = low(p).fma(u, a);
      b = low(q).fma(u, b);
      c = low(r).fma(u, c);
      a = high(p).fma(v, a);
      b = high(q).fma(v, b);
      c = high(r).fma(v, c);
    }
    put(o.sums(), sums, a, b, c);
  }

  private static FloatVector low(IntVector pairs) {
    return pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  private static FloatVector high(IntVector pairs) {
    return pairs.and(0xFFFF0000).reinterpretAsFloats();
  }

  private static FloatVector floats(MemorySegment m, long at) {
    return FloatVector.fromMemorySegment(FLOATS, m, at, ByteOrder.LITTLE_ENDIAN);
  }

  private static void put(float[] sums, int at, FloatVector a, FloatVector b, FloatVector c) {
    a.intoArray(sums, at);
    b.intoArray(sums, at + LANES);
    c.intoArray(sums, at + 2 * LANES);
  }
}
