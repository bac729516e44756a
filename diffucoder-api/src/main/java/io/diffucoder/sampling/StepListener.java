package io.diffucoder.sampling;

/**
 * Told what every step changed, on the generating thread; what it throws ends the generation and
 * reaches the caller.
 */
@FunctionalInterface
public interface StepListener {
  /** Ignores every step. */
  StepListener NONE = event -> {};

  /**
   * Called once before the first step.
   *
   * @param canvas the tokens to start from, a copy
   * @param maskTokenId the id that stands for an undecided position
   */
  default void onStart(int[] canvas, int maskTokenId) {}

  /** Called after every step. */
  void onStep(StepEvent event);
}
