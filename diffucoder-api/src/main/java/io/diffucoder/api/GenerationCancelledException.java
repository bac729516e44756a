package io.diffucoder.api;

import org.jspecify.annotations.Nullable;

/** A computation was cancelled before its result existed. */
public final class GenerationCancelledException extends DiffuCoderException {
  private static final long serialVersionUID = 1L;

  /** Creates the error with a message that says what was seen, what was needed and what to do. */
  public GenerationCancelledException(String message) {
    super(message, null);
  }

  /** Creates the error with its cause. */
  public GenerationCancelledException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
