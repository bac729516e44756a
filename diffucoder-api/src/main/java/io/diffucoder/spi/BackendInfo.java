package io.diffucoder.spi;

import java.util.Objects;
import java.util.Set;

/**
 * What an open backend is.
 *
 * @param name the provider's name, such as {@code cpu}
 * @param device the device in words
 * @param memoryBytes memory that weights and activations can use
 * @param activationType the type of every tensor that {@link TensorOps#allocate} makes
 * @param weightFormats what {@link TensorBackend#loadWeight} takes
 */
public record BackendInfo(
    String name,
    String device,
    long memoryBytes,
    DType activationType,
    Set<WeightFormat> weightFormats) {
  public BackendInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(activationType, "activationType");
    weightFormats = Set.copyOf(weightFormats);
  }
}
