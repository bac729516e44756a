package io.diffucoder.cpu.kernel;

import org.jspecify.annotations.Nullable;

/**
 * The system property {@value #PROPERTY}: 0 for scalar kernels, 128, 256 or 512 for vectors of that
 * many bits; without it, the machine's preferred width. Read here and nowhere else.
 */
public final class VectorWidth {
  /** Name of the property. */
  public static final String PROPERTY = "diffucoder.cpu.vectorBits";

  /** The value that asks for the machine's preferred width. */
  public static final int PREFERRED = -1;

  private VectorWidth() {}

  /**
   * The bits asked for, or {@link #PREFERRED}.
   *
   * @throws IllegalArgumentException if the property has another value
   */
  public static int requested() {
    return parse(System.getProperty(PROPERTY));
  }

  static int parse(@Nullable String value) {
    return switch (value) {
      case null -> PREFERRED;
      case "0" -> 0;
      case "128" -> 128;
      case "256" -> 256;
      case "512" -> 512;
      default ->
          throw new IllegalArgumentException(
              "system property %s must be 0, 128, 256 or 512, got '%s'".formatted(PROPERTY, value));
    };
  }
}
