package io.diffucoder.api;

import org.jspecify.annotations.Nullable;

/**
 * A device's memory does not suffice. The message says how much was needed and how much was free.
 */
public final class DeviceMemoryException extends DiffuCoderException {
  private static final long serialVersionUID = 1L;

  /** Creates the error with a message that says what was seen, what was needed and what to do. */
  public DeviceMemoryException(String message) {
    super(message, null);
  }

  /** Creates the error with its cause. */
  public DeviceMemoryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
