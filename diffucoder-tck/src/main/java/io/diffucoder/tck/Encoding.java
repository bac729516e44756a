package io.diffucoder.tck;

import io.diffucoder.spi.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** How the three stored number types look in memory: little-endian, of any alignment. */
final class Encoding {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Encoding() {}

  /** The i-th number of a segment. */
  static float get(MemorySegment bytes, DType type, long i) {
    return switch (type) {
      case F32 -> Float.intBitsToFloat(bytes.get(INT, 4 * i));
      case F16 -> Float.float16ToFloat(bytes.get(SHORT, 2 * i));
      case BF16 -> Float.intBitsToFloat(bytes.get(SHORT, 2 * i) << 16);
    };
  }

  /** Stores the i-th number of a segment, rounded to nearest even. */
  static void set(MemorySegment bytes, DType type, long i, float value) {
    switch (type) {
      case F32 -> bytes.set(INT, 4 * i, Float.floatToRawIntBits(value));
      case F16 -> bytes.set(SHORT, 2 * i, Float.floatToFloat16(value));
      case BF16 -> bytes.set(SHORT, 2 * i, toBf16(value));
    }
  }

  /** The number of the type that is nearest to the value, ties to even. */
  static float round(float value, DType type) {
    return switch (type) {
      case F32 -> value;
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BF16 -> Float.intBitsToFloat(toBf16(value) << 16);
    };
  }

  private static short toBf16(float value) {
    if (Float.isNaN(value)) {
      return (short) 0x7fc0; // the rounding below could carry a NaN's mantissa into infinity
    }
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
