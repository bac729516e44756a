package io.diffucoder.spi;

/** An open device. Thread-safe; owns the weights loaded into it. */
public interface TensorBackend extends AutoCloseable {

  /** What this backend is. */
  BackendInfo info();

  /**
   * Makes a stored matrix usable by this backend's ops.
   *
   * @throws IllegalArgumentException if the format is not among {@link BackendInfo#weightFormats()}
   * @throws io.diffucoder.api.DeviceMemoryException if the device's memory does not suffice
   * @throws IllegalStateException after close
   */
  Weight loadWeight(WeightSource source, WeightFormat format);

  /**
   * A new ordered stream of operations with its own memory, used by one thread at a time.
   *
   * @throws IllegalStateException after close
   */
  TensorOps newOps();

  /**
   * Frees the weights and the device. All ops must be closed before. A second close does nothing.
   *
   * @throws IllegalStateException if ops of this backend are still open; then nothing is closed
   */
  @Override
  void close();
}
