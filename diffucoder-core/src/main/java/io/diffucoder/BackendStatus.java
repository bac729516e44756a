package io.diffucoder;

import io.diffucoder.spi.Availability;
import java.util.Objects;

/**
 * A backend on the class path or module path, and whether it can run here.
 *
 * @param name what {@code -Ddiffucoder.backend} takes
 * @param priority higher is preferred by {@code auto}
 * @param availability whether it can run, and why not
 */
public record BackendStatus(String name, int priority, Availability availability) {
  public BackendStatus {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(availability, "availability");
  }
}
