package io.diffucoder.api;

import org.jspecify.annotations.Nullable;

/**
 * A failure of the world around the caller: a file, a device, a computation. Wrong arguments are
 * {@link IllegalArgumentException}, use after close is {@link IllegalStateException}.
 */
public abstract sealed class DiffuCoderException extends RuntimeException
    permits ModelLoadException,
        BackendUnavailableException,
        DeviceFailedException,
        DeviceMemoryException,
        NumericalException,
        GenerationCancelledException {
  private static final long serialVersionUID = 1L;

  DiffuCoderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
