package io.diffucoder.api;

import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Lets any thread stop a generation: once before each step, and once a layer within a step, the
 * generation looks at its token. Thread-safe; a cancelled token stays cancelled.
 */
public final class CancellationToken {
  private final BooleanSupplier condition;
  private volatile boolean cancelled;

  /** A token that nobody has cancelled yet. */
  public CancellationToken() {
    this(() -> false);
  }

  private CancellationToken(BooleanSupplier condition) {
    this.condition = condition;
  }

  /**
   * A token that also counts as cancelled while the condition holds; asked often, by any thread.
   */
  public static CancellationToken when(BooleanSupplier condition) {
    return new CancellationToken(Objects.requireNonNull(condition, "condition"));
  }

  /** Asks the generation to stop. Calling it again changes nothing. */
  public void cancel() {
    cancelled = true;
  }

  /** Whether {@link #cancel()} was called, or the token's condition holds. */
  public boolean isCancelled() {
    return cancelled || condition.getAsBoolean();
  }

  /**
   * Returns when work may go on.
   *
   * @throws GenerationCancelledException if the token is cancelled or the thread is interrupted
   */
  public void throwIfCancelled() {
    if (isCancelled()) {
      throw new GenerationCancelledException("the generation was cancelled");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new GenerationCancelledException("the generating thread was interrupted");
    }
  }
}
