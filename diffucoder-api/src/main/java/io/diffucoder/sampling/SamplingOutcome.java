package io.diffucoder.sampling;

import java.util.List;
import java.util.Objects;

/**
 * How the denoising of one canvas went.
 *
 * @param completion whether it was finished
 * @param steps what each step committed
 * @param networkEvaluations forward passes that this canvas took part in
 * @param rowsComputed canvas positions that ran through the network for it, in all passes together
 * @param networkNanos time of these passes, those for other canvases of the batch included
 * @param elapsedNanos time from the first step's begin to the last one's end
 */
public record SamplingOutcome(
    Completion completion,
    List<StepEvent> steps,
    int networkEvaluations,
    long rowsComputed,
    long networkNanos,
    long elapsedNanos) {

  /** Whether a canvas was finished. */
  public enum Completion {
    /** All steps ran, or no mask was left before, or the text was decided. */
    FINISHED,
    /** Cancelled in between; the canvas holds what was committed until then. */
    CANCELLED
  }

  public SamplingOutcome {
    Objects.requireNonNull(completion, "completion");
    steps = List.copyOf(steps);
  }
}
