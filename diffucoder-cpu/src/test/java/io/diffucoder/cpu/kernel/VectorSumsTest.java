package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.FLOATS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANES;
import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.tck.OpCases;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/** Sums of several vectors at a time have the bits of those of each by itself. */
class VectorSumsTest {
  private static final int ROWS = 7;

  @Test
  void the_lanes_of_each_vector_are_added_up_in_one_order() {
    int vectors = ROWS * Kernels.OUTPUTS;
    float[] sums = OpCases.normal(1, 3 + vectors * LANES, 100, 1).values();
    float[] expected = new float[vectors];
    for (int i = 0; i < vectors; i++) {
      expected[i] = VectorMath.addLanes(FloatVector.fromArray(FLOATS, sums, 3 + i * LANES));
    }

    VectorSums.addLanes(sums, 3, ROWS);

    for (int i = 0; i < vectors; i++) {
      int row = i / Kernels.OUTPUTS;
      int at = 3 + row * Kernels.OUTPUTS * LANES + i % Kernels.OUTPUTS;
      assertThat(sums[at]).as("vector %d", i).isEqualTo(expected[i]);
    }
  }
}
