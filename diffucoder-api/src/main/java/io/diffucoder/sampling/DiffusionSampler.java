package io.diffucoder.sampling;

import java.util.List;

/** Denoises canvases step by step with a network. */
public interface DiffusionSampler {

  /**
   * Denoises several canvases together, in place, each with its own settings and number of steps.
   * What becomes of a canvas does not depend on the others.
   *
   * @return one outcome a task, in order; cancelled ones keep what was committed
   * @throws io.diffucoder.api.NumericalException if the network's numbers are not finite
   */
  List<SamplingOutcome> sample(Denoiser denoiser, List<SamplingTask> tasks);

  /** Denoises one canvas, in place. */
  default SamplingOutcome sample(Denoiser denoiser, SamplingTask task) {
    return sample(denoiser, List.of(task)).getFirst();
  }
}
