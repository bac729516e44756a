package io.diffucoder.api;

import org.jspecify.annotations.Nullable;

/**
 * A device, or a library that drives it, stopped working. What runs on it fails from then on: close
 * the model and load it again.
 */
public final class DeviceFailedException extends DiffuCoderException {
  private static final long serialVersionUID = 1L;

  /** Creates the error with a message that says what was seen, what was needed and what to do. */
  public DeviceFailedException(String message) {
    super(message, null);
  }

  /** Creates the error with its cause. */
  public DeviceFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
