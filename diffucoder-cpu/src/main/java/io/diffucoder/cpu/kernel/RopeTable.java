package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.RopeSpec;
import java.util.Arrays;

/**
 * Cosines and sines of a list of positions: (R, Dh/2) each. One forward turns the queries and keys
 * of all layers by the same positions.
 */
public final class RopeTable {
  private final RopeSpec spec;
  private final int[] positions;
  private final float[] cosines;
  private final float[] sines;

  /** Computes angles in float32, as the reference does, and their cosines and sines in float64. */
  public RopeTable(RopeSpec spec, int[] positions) {
    this.spec = spec;
    this.positions = positions.clone();
    int half = spec.headDim() / 2;
    cosines = new float[positions.length * half];
    sines = new float[positions.length * half];
    for (int i = 0; i < half; i++) {
      float frequency = spec.inverseFrequency(i);
      for (int r = 0; r < positions.length; r++) {
        float angle = positions[r] * frequency;
        cosines[r * half + i] = (float) Math.cos(angle);
        sines[r * half + i] = (float) Math.sin(angle);
      }
    }
  }

  /** Whether this is the table for these arguments. */
  public boolean isFor(RopeSpec otherSpec, int[] otherPositions) {
    return spec.equals(otherSpec) && Arrays.equals(positions, otherPositions);
  }

  RopeSpec spec() {
    return spec;
  }

  /** Pairs of a head. */
  int half() {
    return spec.headDim() / 2;
  }

  float[] cosines() {
    return cosines;
  }

  float[] sines() {
    return sines;
  }
}
