package io.diffucoder.api;

import org.jspecify.annotations.Nullable;

/**
 * A model's files are missing, malformed, inconsistent or of a kind that this SDK cannot run. The
 * message names the file, and the tensor or key.
 */
public final class ModelLoadException extends DiffuCoderException {
  private static final long serialVersionUID = 1L;

  /** Creates the error with a message that says what was seen, what was needed and what to do. */
  public ModelLoadException(String message) {
    super(message, null);
  }

  /** Creates the error with its cause. */
  public ModelLoadException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
