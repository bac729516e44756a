package io.diffucoder.spi;

/**
 * Rotary position embedding of the half-split (NEOX) kind: within each head, element i pairs with
 * element i + headDim/2 and turns by position × theta^(−2i/headDim), the frequency and the angle
 * computed in float32.
 *
 * @param headDim width Dh of a head, even
 * @param theta base of the frequencies, {@code rope_theta}
 */
public record RopeSpec(int headDim, double theta) {
  public RopeSpec {
    if (headDim <= 0 || headDim % 2 != 0) {
      throw new IllegalArgumentException("headDim must be positive and even, got " + headDim);
    }
    if (!(theta > 0) || Double.isInfinite(theta)) {
      throw new IllegalArgumentException("theta must be positive and finite, got " + theta);
    }
  }

  /** The frequency of pair i, rounded to float32 as the reference has it. */
  public float inverseFrequency(int i) {
    return (float) (1.0 / Math.pow(theta, 2.0 * i / headDim));
  }
}
