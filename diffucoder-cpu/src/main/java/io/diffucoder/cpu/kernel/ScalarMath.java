package io.diffucoder.cpu.kernel;

/** The exponential in float32. */
final class ScalarMath {
  static final float LOG2_E = 1.442695f;
  static final float LN2_HIGH = 0.6933594f;
  static final float LN2_LOW = -2.1219444e-4f;

  /** 1.5 · 2^23: adding it leaves the nearest integer in the low bits of the sum. */
  static final float ROUNDER = 12582912f;

  /** Below, e^x is less than the smallest normal number and taken as 0. */
  static final float EXP_MIN = -87.33654f;

  /** Above, e^x is taken as +∞. */
  static final float EXP_MAX = 88.37626f;

  // Minimax polynomial of (e^r − 1 − r) / r² on |r| ≤ ln2/2, highest power first.
  static final float P0 = 1.9875691e-4f;
  static final float P1 = 0.0013981999f;
  static final float P2 = 0.008333452f;
  static final float P3 = 0.041665796f;
  static final float P4 = 0.16666666f;
  static final float P5 = 0.5f;

  private ScalarMath() {}

  /** e^x to about 2 ulp; NaN stays NaN. */
  static float exp(float x) {
    if (x < EXP_MIN) {
      return 0;
    }
    if (x > EXP_MAX) {
      return Float.POSITIVE_INFINITY;
    }
    float shifted = x * LOG2_E + ROUNDER;
    float n = shifted - ROUNDER;
    float r = x - n * LN2_HIGH - n * LN2_LOW;
    float p = ((((P0 * r + P1) * r + P2) * r + P3) * r + P4) * r + P5;
    float mantissa = p * r * r + r + 1;
    int exponent = Float.floatToRawIntBits(shifted) << 23;
    return Float.intBitsToFloat(Float.floatToRawIntBits(mantissa) + exponent);
  }
}
