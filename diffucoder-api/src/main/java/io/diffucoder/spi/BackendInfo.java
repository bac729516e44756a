package io.diffucoder.spi;

import java.util.Objects;
import java.util.Set;

/**
 * What an open backend is.
 *
 * @param name the provider's name, such as {@code cpu}
 * @param kind what sort of device
 * @param device the device in words
 * @param memoryBytes memory that weights and activations can use
 * @param activationType the type of every tensor that {@link TensorOps#allocate} makes
 * @param weightFormats what {@link TensorBackend#loadWeight} takes
 */
public record BackendInfo(
    String name,
    Kind kind,
    String device,
    long memoryBytes,
    DType activationType,
    Set<WeightFormat> weightFormats) {
  /** What sort of device a backend runs on: what is cheap differs. */
  public enum Kind {
    /** Each row costs: small windows are fast. */
    CPU,
    /** Rows are almost free until there are a few hundred. */
    GPU
  }

  public BackendInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(activationType, "activationType");
    weightFormats = Set.copyOf(weightFormats);
  }
}
