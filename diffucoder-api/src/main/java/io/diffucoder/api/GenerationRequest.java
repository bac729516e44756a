package io.diffucoder.api;

import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.StepListener;
import java.util.Objects;
import java.util.Optional;

/**
 * One thing to generate.
 *
 * @param prompt what the completion is conditioned on
 * @param options how it is denoised; empty for the model's own defaults ({@code
 *     DiffuCoder.defaults()})
 * @param listener told of every step, on the generating thread
 * @param cancellation lets another thread stop it
 */
public record GenerationRequest(
    Prompt prompt,
    Optional<GenerationOptions> options,
    StepListener listener,
    CancellationToken cancellation) {
  public GenerationRequest {
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(listener, "listener");
    Objects.requireNonNull(cancellation, "cancellation");
  }

  /** An instruction to a chat model, with the model's default options. */
  public static GenerationRequest of(String instruction) {
    return of(Prompt.instruction(instruction));
  }

  /** Any prompt, with the model's default options. */
  public static GenerationRequest of(Prompt prompt) {
    return new GenerationRequest(
        prompt, Optional.empty(), StepListener.NONE, new CancellationToken());
  }

  /** The same request with these options. */
  public GenerationRequest with(GenerationOptions newOptions) {
    return new GenerationRequest(prompt, Optional.of(newOptions), listener, cancellation);
  }

  /** The same request with this listener in place of the one before. */
  public GenerationRequest with(StepListener newListener) {
    return new GenerationRequest(prompt, options, newListener, cancellation);
  }

  /** The same request, stopped by this token. */
  public GenerationRequest with(CancellationToken newCancellation) {
    return new GenerationRequest(prompt, options, listener, newCancellation);
  }
}
