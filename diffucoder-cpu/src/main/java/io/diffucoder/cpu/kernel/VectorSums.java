package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.Kernels.OUTPUTS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.FLOATS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Adds up the lanes of the six vectors that a row has of a tile's outputs, to the bits of {@link
 * VectorMath#addLanes}. Of eight lanes, several vectors are added up together: where two are
 * halved, the halves of both fill one vector, so half as many additions are left.
 */
final class VectorSums {
  /** Lanes with this bit in their number. */
  private static final VectorMask<Float> BIT_2 = VectorMask.fromLong(FLOATS, 0xF0);

  private static final VectorMask<Float> BIT_1 = VectorMask.fromLong(FLOATS, 0xCC);
  private static final VectorMask<Float> BIT_0 = VectorMask.fromLong(FLOATS, 0xAA);

  /** Exchange the lanes whose numbers differ in this bit only. */
  private static final VectorShuffle<Float> BY_4 = exchange(4);

  private static final VectorShuffle<Float> BY_2 = exchange(2);
  private static final VectorShuffle<Float> BY_1 = exchange(1);

  private VectorSums() {}

  private static VectorShuffle<Float> exchange(int bit) {
    return VectorShuffle.fromOp(FLOATS, lane -> (lane ^ bit) % LANES);
  }

  /** As {@link Kernels#addLanes}. */
  static void addLanes(float[] sums, int from, int rows) {
    if (LANES == 8) {
      eightLanes(sums, from, rows);
      return;
    }
    for (int row = 0; row < rows; row++) {
      int at = from + row * OUTPUTS * LANES;
      for (int i = 0; i < OUTPUTS; i++) {
        FloatVector sum = FloatVector.fromArray(FLOATS, sums, at + i * LANES);
        sums[at + i] = VectorMath.addLanes(sum); // all of the vectors before it have been added up
      }
    }
  }

  private static void eightLanes(float[] sums, int from, int rows) {
    for (int row = 0; row < rows; row++) {
      int at = from + row * OUTPUTS * LANES;
      FloatVector a = both(at(sums, at, 0), at(sums, at, 4), BIT_2, BY_4);
      FloatVector b = both(at(sums, at, 1), at(sums, at, 5), BIT_2, BY_4);
      FloatVector c = one(at(sums, at, 2), BY_4);
      FloatVector d = one(at(sums, at, 3), BY_4);
      FloatVector even = both(a, c, BIT_1, BY_2);
      FloatVector odd = both(b, d, BIT_1, BY_2);
      both(even, odd, BIT_0, BY_1).intoArray(sums, at); // lane by lane the outputs
    }
  }

  /** Sums of lanes that differ in a bit: where it is 0 the first vector's, where 1 the second's. */
  private static FloatVector both(
      FloatVector first, FloatVector second, VectorMask<Float> bit, VectorShuffle<Float> exchange) {
    return first.blend(second, bit).add(second.blend(first, bit).rearrange(exchange));
  }

  private static FloatVector one(FloatVector x, VectorShuffle<Float> exchange) {
    return x.add(x.rearrange(exchange));
  }

  private static FloatVector at(float[] sums, int at, int output) {
    return FloatVector.fromArray(FLOATS, sums, at + output * LANES);
  }
}
