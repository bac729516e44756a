package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.FLOATS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.INTS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/** The exponential and the logarithm, lane by lane, to about 2 ulp. */
final class VectorMath {
  /** Bits of sqrt(1/2): mantissas are taken from [sqrt(1/2), sqrt(2)). */
  private static final int SQRT_HALF_BITS = 0x3F3504F3;

  private static final int MANTISSA_BITS = 0x007FFFFF;

  // Minimax polynomial of (ln(1 + f) − f + f²/2) / f³ on that range, highest power first.
  private static final float L0 = 0.070376836f;
  private static final float L1 = -0.1151461f;
  private static final float L2 = 0.116769984f;
  private static final float L3 = -0.12420141f;
  private static final float L4 = 0.14249323f;
  private static final float L5 = -0.16668057f;
  private static final float L6 = 0.20000714f;
  private static final float L7 = -0.24999994f;
  private static final float L8 = 0.3333333f;

  /** Turn a vector by half, a quarter, … of its lanes, so that adding halves the sums. */
  private static final VectorShuffle<Float> BY_8 = rotation(8);

  private static final VectorShuffle<Float> BY_4 = rotation(4);
  private static final VectorShuffle<Float> BY_2 = rotation(2);
  private static final VectorShuffle<Float> BY_1 = rotation(1);

  private VectorMath() {}

  private static VectorShuffle<Float> rotation(int lanes) {
    return VectorShuffle.iota(FLOATS, lanes % LANES, 1, true);
  }

  /** Sum of the lanes, in an order of its own: reduceLanes leaves it open, and it varies. */
  static float addLanes(FloatVector v) {
    FloatVector sum = v;
    if (LANES == 16) {
      sum = sum.add(sum.rearrange(BY_8));
    }
    if (LANES >= 8) {
      sum = sum.add(sum.rearrange(BY_4));
    }
    sum = sum.add(sum.rearrange(BY_2));
    return sum.add(sum.rearrange(BY_1)).lane(0);
  }

  /** As {@link ScalarMath#exp}. */
  static FloatVector exp(FloatVector x) {
    FloatVector rounder = FloatVector.broadcast(FLOATS, ScalarMath.ROUNDER);
    FloatVector inRange = x.max(ScalarMath.EXP_MIN).min(ScalarMath.EXP_MAX);
    FloatVector shifted = inRange.fma(FloatVector.broadcast(FLOATS, ScalarMath.LOG2_E), rounder);
    FloatVector n = shifted.sub(rounder);
    FloatVector r = n.fma(FloatVector.broadcast(FLOATS, -ScalarMath.LN2_HIGH), inRange);
    r = n.fma(FloatVector.broadcast(FLOATS, -ScalarMath.LN2_LOW), r);
    FloatVector p = expPolynomial(r);
    FloatVector mantissa = p.fma(r.mul(r), r).add(1f);
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return mantissa
        .reinterpretAsInts()
        .add(exponent)
        .reinterpretAsFloats()
        .blend(0f, x.compare(VectorOperators.LT, ScalarMath.EXP_MIN))
        .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, ScalarMath.EXP_MAX));
  }

  private static FloatVector expPolynomial(FloatVector r) {
    return FloatVector.broadcast(FLOATS, ScalarMath.P0)
        .fma(r, FloatVector.broadcast(FLOATS, ScalarMath.P1))
        .fma(r, FloatVector.broadcast(FLOATS, ScalarMath.P2))
        .fma(r, FloatVector.broadcast(FLOATS, ScalarMath.P3))
        .fma(r, FloatVector.broadcast(FLOATS, ScalarMath.P4))
        .fma(r, FloatVector.broadcast(FLOATS, ScalarMath.P5));
  }

  /** ln x of normal positive numbers. */
  static FloatVector ln(FloatVector x) {
    IntVector bits = x.reinterpretAsInts().sub(SQRT_HALF_BITS);
    FloatVector exponent =
        (FloatVector)
            bits.lanewise(VectorOperators.ASHR, 23).convertShape(VectorOperators.I2F, FLOATS, 0);
    FloatVector f =
        bits.and(IntVector.broadcast(INTS, MANTISSA_BITS))
            .add(SQRT_HALF_BITS)
            .reinterpretAsFloats()
            .sub(1f);
    FloatVector square = f.mul(f);
    FloatVector y = lnPolynomial(f).mul(f).mul(square);
    y = exponent.fma(FloatVector.broadcast(FLOATS, ScalarMath.LN2_LOW), y);
    y = square.fma(FloatVector.broadcast(FLOATS, -0.5f), y);
    return exponent.fma(FloatVector.broadcast(FLOATS, ScalarMath.LN2_HIGH), f.add(y));
  }

  private static FloatVector lnPolynomial(FloatVector f) {
    return FloatVector.broadcast(FLOATS, L0)
        .fma(f, FloatVector.broadcast(FLOATS, L1))
        .fma(f, FloatVector.broadcast(FLOATS, L2))
        .fma(f, FloatVector.broadcast(FLOATS, L3))
        .fma(f, FloatVector.broadcast(FLOATS, L4))
        .fma(f, FloatVector.broadcast(FLOATS, L5))
        .fma(f, FloatVector.broadcast(FLOATS, L6))
        .fma(f, FloatVector.broadcast(FLOATS, L7))
        .fma(f, FloatVector.broadcast(FLOATS, L8));
  }
}
