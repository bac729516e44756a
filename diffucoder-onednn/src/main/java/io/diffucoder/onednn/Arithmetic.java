package io.diffucoder.onednn;

import io.diffucoder.spi.DType;
import java.util.Locale;
import java.util.Optional;

/** What the operands of products are rounded to. Sums are float32, or whole numbers. */
enum Arithmetic {
  /** Bfloat16, the nearest ones: two products a lane and instruction. */
  BF16(2),
  /**
   * Whole multiples of a scale: of each row of the input while it runs, of each row of the weight
   * when it is packed. Four products a lane and instruction, and less exact.
   */
  INT8(1),
  /** Float32 as it is: no faster than the cpu backend; to try the library on any machine. */
  F32(4);

  /** The system property that chooses one. */
  static final String PROPERTY = "diffucoder.onednn.arithmetic";

  private final int bytes;

  Arithmetic(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of an operand. */
  int bytes() {
    return bytes;
  }

  /** The type of an operand, if each stands for itself. */
  Optional<DType> type() {
    return switch (this) {
      case BF16 -> Optional.of(DType.BF16);
      case INT8 -> Optional.empty();
      case F32 -> Optional.of(DType.F32);
    };
  }

  /** As users write it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * What {@value #PROPERTY} names, if it is set.
   *
   * @throws IllegalArgumentException if it names none
   */
  static Optional<Arithmetic> requested() {
    return parse(System.getProperty(PROPERTY, ""));
  }

  static Optional<Arithmetic> parse(String label) {
    if (label.isEmpty()) {
      return Optional.empty();
    }
    for (Arithmetic arithmetic : values()) {
      if (arithmetic.label().equals(label)) {
        return Optional.of(arithmetic);
      }
    }
    throw new IllegalArgumentException(
        "%s must be bf16, int8 or f32, got '%s'".formatted(PROPERTY, label));
  }
}
