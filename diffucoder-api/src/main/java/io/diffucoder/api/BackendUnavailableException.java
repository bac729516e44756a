package io.diffucoder.api;

import org.jspecify.annotations.Nullable;

/**
 * No backend, or not the one asked for, can run on this machine. The message gives each backend's
 * reason.
 */
public final class BackendUnavailableException extends DiffuCoderException {
  private static final long serialVersionUID = 1L;

  /** Creates the error with a message that says what was seen, what was needed and what to do. */
  public BackendUnavailableException(String message) {
    super(message, null);
  }

  /** Creates the error with its cause. */
  public BackendUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
