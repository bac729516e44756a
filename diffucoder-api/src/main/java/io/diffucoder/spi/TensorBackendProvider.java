package io.diffucoder.spi;

/**
 * A kind of device, found by {@link java.util.ServiceLoader}. The constructor loads nothing native;
 * neither the class's fields nor its signatures mention types that may be absent at run time.
 */
public interface TensorBackendProvider {

  /** The short name that users type: {@code cpu}, {@code cuda}. */
  String name();

  /** Higher is preferred when the user leaves the choice open. */
  int priority();

  /** Whether {@link #open} can work here. Never throws, changes nothing, may take 0.2 s. */
  Availability probe();

  /**
   * Opens the device. The caller closes the backend.
   *
   * @throws io.diffucoder.api.BackendUnavailableException if the device cannot be used after all
   */
  TensorBackend open(BackendOptions options);
}
