package io.diffucoder.cpu;

import io.diffucoder.cpu.kernel.Execution;
import io.diffucoder.cpu.kernel.Linear;
import io.diffucoder.cpu.kernel.Rows;
import io.diffucoder.cpu.kernel.StoredMatrix;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.WeightFormat;
import java.util.List;
import java.util.Set;

/**
 * Who multiplies activations by loaded weights: the CPU backend's own kernels, or a library. Used
 * by several threads at a time; arguments have been checked.
 */
public interface Multiplier extends AutoCloseable {
  /** The name of the backend that multiplies like this, for messages. */
  String backendName();

  /** What multiplies, in a few words, for people. */
  String describe();

  /** What weights can be kept as. */
  Set<WeightFormat> weightFormats();

  /** out = x · weightᵀ + bias for one or several weights: {@link Linear}. */
  void linear(Execution on, Rows x, List<Linear.Projection> projections);

  /** Scores of hidden · lmHeadᵀ: (M, D), (V, D) → M rows. */
  Scores score(Execution on, Rows hidden, StoredMatrix lmHead, int[] positions, ScoreSpec spec);

  /** Bytes that are held for a weight besides those that it is stored in. */
  long allocatedBytes(StoredMatrix weight);

  /** Frees what is held for weights; nobody multiplies any more. */
  @Override
  void close();
}
