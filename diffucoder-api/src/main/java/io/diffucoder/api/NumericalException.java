package io.diffucoder.api;

import org.jspecify.annotations.Nullable;

/**
 * The network produced numbers that are not finite. The message names the step and the position.
 */
public final class NumericalException extends DiffuCoderException {
  private static final long serialVersionUID = 1L;

  /** Creates the error with a message that says what was seen, what was needed and what to do. */
  public NumericalException(String message) {
    super(message, null);
  }

  /** Creates the error with its cause. */
  public NumericalException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
