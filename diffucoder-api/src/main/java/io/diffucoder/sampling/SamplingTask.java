package io.diffucoder.sampling;

import io.diffucoder.api.CancellationToken;
import java.util.Objects;

/**
 * One canvas of a batch, with its own settings.
 *
 * @param canvas denoised in place
 * @param options how
 * @param listener told of every step
 * @param cancellation stops this canvas; the others of the batch go on
 */
public record SamplingTask(
    Canvas canvas, SamplingOptions options, StepListener listener, CancellationToken cancellation) {
  public SamplingTask {
    Objects.requireNonNull(canvas, "canvas");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(listener, "listener");
    Objects.requireNonNull(cancellation, "cancellation");
  }
}
