package io.diffucoder.cpu.kernel;

/** Conversions between float32 and the 16-bit encodings; to nearest even where they round. */
public final class Halves {
  private static final int INFINITY_BITS = 0x7F800000;

  private Halves() {}

  /** The number that these bfloat16 bits encode. */
  public static float fromBfloat16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The nearest bfloat16, ties to even; a NaN stays one. */
  public static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7FFFFFFF) > INFINITY_BITS) {
      return (short) ((bits >>> 16) | 0x40); // quiet: the payload's upper half may be zero
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }
}
