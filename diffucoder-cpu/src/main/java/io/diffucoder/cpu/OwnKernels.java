package io.diffucoder.cpu;

import io.diffucoder.cpu.kernel.Execution;
import io.diffucoder.cpu.kernel.Linear;
import io.diffucoder.cpu.kernel.Rows;
import io.diffucoder.cpu.kernel.Score;
import io.diffucoder.cpu.kernel.StoredMatrix;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.WeightFormat;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Multiplies with this module's kernels, which use weights where they are stored. */
record OwnKernels(KernelChoice choice) implements Multiplier {
  @Override
  public String backendName() {
    return "cpu";
  }

  @Override
  public String describe() {
    return choice.describe();
  }

  @Override
  public Set<WeightFormat> weightFormats() {
    return EnumSet.allOf(WeightFormat.class);
  }

  @Override
  public void linear(Execution on, Rows x, List<Linear.Projection> projections) {
    Linear.run(on, x, projections);
  }

  @Override
  public Scores score(
      Execution on, Rows hidden, StoredMatrix lmHead, int[] positions, ScoreSpec spec) {
    return Score.ofHidden(on, hidden, lmHead, positions, spec);
  }

  @Override
  public long allocatedBytes(StoredMatrix weight) {
    return 0;
  }

  @Override
  public void close() {}
}
