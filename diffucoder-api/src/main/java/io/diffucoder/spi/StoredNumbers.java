package io.diffucoder.spi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What the bytes of every {@link DType} mean, in float32 arithmetic: the definition that kernels
 * are faster versions of. The block formats are those of ggml (ggml-common.h, ggml-quants.c).
 */
public final class StoredNumbers {
  private static final ValueLayout.OfFloat FLOAT =
      JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private StoredNumbers() {}

  /**
   * Decodes numbers that lie one after the other.
   *
   * @param bytes from the first block on
   * @param count how many; whole blocks
   * @param into gets them from {@code at} on
   * @throws IllegalArgumentException if count is not a multiple of the block size
   */
  public static void decode(DType type, MemorySegment bytes, int count, float[] into, int at) {
    type.bytes(count); // checks
    switch (type) {
      case F32 -> MemorySegment.copy(bytes, FLOAT, 0, into, at, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = float16(bytes, 2L * i);
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = Float.intBitsToFloat(bytes.get(SHORT, 2L * i) << 16);
        }
      }
      default -> {
        for (int block = 0; block < count / type.blockSize(); block++) {
          long from = (long) block * type.blockBytes();
          decodeBlock(type, bytes, from, into, at + block * type.blockSize());
        }
      }
    }
  }

  /**
   * Encodes numbers one after the other, rounding to nearest even, or in blocks as ggml's reference
   * quantisation does.
   *
   * @param type F32, F16, BF16, Q8_0 or Q4_0
   * @param from the numbers, from {@code at} on
   * @param count how many; whole blocks
   * @throws IllegalArgumentException if the type is another one, the blocks are not whole, or a
   *     number to be quantised has no finite scale
   */
  public static void encode(DType type, float[] from, int at, int count, MemorySegment bytes) {
    type.bytes(count); // checks
    switch (type) {
      case F32 -> MemorySegment.copy(from, at, bytes, FLOAT, 0, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          bytes.set(SHORT, 2L * i, Float.floatToFloat16(from[at + i]));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          bytes.set(SHORT, 2L * i, toBfloat16(from[at + i]));
        }
      }
      case Q8_0 -> {
        for (int block = 0; block < count / 32; block++) {
          encodeQ8(from, at + 32 * block, bytes, 34L * block);
        }
      }
      case Q4_0 -> {
        for (int block = 0; block < count / 32; block++) {
          encodeQ4(from, at + 32 * block, bytes, 18L * block);
        }
      }
      default ->
          throw new IllegalArgumentException(
              "cannot encode as %s, only as F32, F16, BF16, Q8_0 or Q4_0".formatted(type));
    }
  }

  /** The nearest bfloat16, ties to even; a NaN stays one. */
  public static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40); // quiet: the payload's upper half may be zero
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  private static void decodeBlock(DType type, MemorySegment b, long from, float[] into, int at) {
    switch (type) {
      case Q4_0 -> nibbles(b, from, 2, -8 * float16(b, from), into, at);
      case Q4_1 -> nibbles(b, from, 4, float16(b, from + 2), into, at);
      case Q5_0 -> fiveBits(b, from, 2, -16 * float16(b, from), into, at);
      case Q5_1 -> fiveBits(b, from, 4, float16(b, from + 2), into, at);
      case Q8_0 -> {
        float scale = float16(b, from);
        for (int i = 0; i < 32; i++) {
          into[at + i] = b.get(JAVA_BYTE, from + 2 + i) * scale;
        }
      }
      case Q4_K -> decodeQ4K(b, from, into, at);
      case Q5_K -> decodeQ5K(b, from, into, at);
      case Q6_K -> decodeQ6K(b, from, into, at);
      default -> throw new AssertionError(type); // not a block format
    }
  }

  /** 16 bytes after a header: low halves are numbers 0 … 15, high ones 16 … 31. */
  private static void nibbles(
      MemorySegment b, long from, int header, float minimum, float[] into, int at) {
    float scale = float16(b, from);
    for (int i = 0; i < 16; i++) {
      int pair = b.get(JAVA_BYTE, from + header + i);
      into[at + i] = (pair & 15) * scale + minimum;
      into[at + 16 + i] = ((pair >> 4) & 15) * scale + minimum;
    }
  }

  /** As {@link #nibbles}, each number's fifth bit in 32 bits before them. */
  private static void fiveBits(
      MemorySegment b, long from, int header, float minimum, float[] into, int at) {
    float scale = float16(b, from);
    int fifths = b.get(INT, from + header);
    for (int i = 0; i < 16; i++) {
      int pair = b.get(JAVA_BYTE, from + header + 4 + i);
      into[at + i] = withFifth(pair, fifths >>> i) * scale + minimum;
      into[at + 16 + i] = withFifth(pair >> 4, fifths >>> (i + 16)) * scale + minimum;
    }
  }

  private static int withFifth(int low, int fifth) {
    return (low & 15) | (fifth & 1) << 4;
  }

  /**
   * d, dmin, 12 bytes of scales, then 4 × 32 bytes: low halves of each are 32 numbers, then high.
   */
  private static void decodeQ4K(MemorySegment b, long from, float[] into, int at) {
    for (int part = 0; part < 8; part++) {
      float scale = float16(b, from) * scaleOfPart(b, from + 4, part);
      float minimum = float16(b, from + 2) * minimumOfPart(b, from + 4, part);
      long pairs = from + 16 + (part >> 1) * 32L;
      for (int i = 0; i < 32; i++) {
        int low = (b.get(JAVA_BYTE, pairs + i) >> ((part & 1) * 4)) & 15;
        into[at + 32 * part + i] = low * scale - minimum;
      }
    }
  }

  /**
   * As Q4_K, with 32 bytes before the halves: bit p of byte i is the fifth of part p's number i.
   */
  private static void decodeQ5K(MemorySegment b, long from, float[] into, int at) {
    for (int part = 0; part < 8; part++) {
      float scale = float16(b, from) * scaleOfPart(b, from + 4, part);
      float minimum = float16(b, from + 2) * minimumOfPart(b, from + 4, part);
      long pairs = from + 48 + (part >> 1) * 32L;
      for (int i = 0; i < 32; i++) {
        int low = b.get(JAVA_BYTE, pairs + i) >> ((part & 1) * 4);
        int fifth = b.get(JAVA_BYTE, from + 16 + i) >> part;
        into[at + 32 * part + i] = withFifth(low, fifth) * scale - minimum;
      }
    }
  }

  /**
   * 128 bytes of low halves, 64 of upper pairs of bits, 16 scales of 8 bits, d. Each half of the
   * block holds 4 × 32 numbers. Quarter q takes the low (q < 2) or high halves of the first (q
   * even) or second 32 of its 64 bytes, and the q-th pair of bits.
   */
  private static void decodeQ6K(MemorySegment b, long from, float[] into, int at) {
    float d = float16(b, from + 208);
    for (int i = 0; i < 256; i++) {
      int half = i / 128;
      int quarter = i % 128 / 32;
      int lane = i % 32;
      int pair = b.get(JAVA_BYTE, from + 64L * half + 32L * (quarter & 1) + lane);
      int upper = b.get(JAVA_BYTE, from + 128 + 32L * half + lane) >> (2 * quarter);
      int code = ((pair >> ((quarter >> 1) * 4)) & 15) | (upper & 3) << 4;
      into[at + i] = d * b.get(JAVA_BYTE, from + 192 + i / 16) * (code - 32);
    }
  }

  /** 6 bits: of parts 0 … 3 in bytes 0 … 3, of 4 … 7 in bytes 8 … 11 and the tops of 0 … 3. */
  private static int scaleOfPart(MemorySegment b, long scales, int part) {
    if (part < 4) {
      return b.get(JAVA_BYTE, scales + part) & 63;
    }
    int low = b.get(JAVA_BYTE, scales + part + 4) & 15;
    return low | ((b.get(JAVA_BYTE, scales + part - 4) >> 6) & 3) << 4;
  }

  /** 6 bits: of parts 0 … 3 in bytes 4 … 7, of 4 … 7 in bytes 8 … 11 and the tops of 4 … 7. */
  private static int minimumOfPart(MemorySegment b, long scales, int part) {
    if (part < 4) {
      return b.get(JAVA_BYTE, scales + part + 4) & 63;
    }
    int low = (b.get(JAVA_BYTE, scales + part + 4) >> 4) & 15;
    return low | ((b.get(JAVA_BYTE, scales + part) >> 6) & 3) << 4;
  }

  private static void encodeQ8(float[] from, int at, MemorySegment bytes, long to) {
    float scale = Math.abs(from[largest(from, at)]) / 127;
    float inverse = scale == 0 ? 0 : 1 / scale;
    bytes.set(SHORT, to, finiteScale(DType.Q8_0, scale));
    for (int i = 0; i < 32; i++) {
      float scaled = from[at + i] * inverse;
      int magnitude = Math.round(Math.abs(scaled)); // halves away from zero, as C's roundf
      bytes.set(JAVA_BYTE, to + 2 + i, (byte) (scaled < 0 ? -magnitude : magnitude));
    }
  }

  /** The number of largest magnitude becomes −8, so that all sixteen codes are used. */
  private static void encodeQ4(float[] from, int at, MemorySegment bytes, long to) {
    float scale = from[largest(from, at)] / -8;
    float inverse = scale == 0 ? 0 : 1 / scale;
    bytes.set(SHORT, to, finiteScale(DType.Q4_0, scale));
    for (int i = 0; i < 16; i++) {
      int low = Math.min(15, (int) (from[at + i] * inverse + 8.5f));
      int high = Math.min(15, (int) (from[at + 16 + i] * inverse + 8.5f));
      bytes.set(JAVA_BYTE, to + 2 + i, (byte) (low | high << 4));
    }
  }

  /** Index of the first number of largest magnitude in a block of 32, or of a NaN. */
  private static int largest(float[] from, int at) {
    int largest = at;
    for (int i = at; i < at + 32; i++) {
      if (Float.isNaN(from[i])) {
        return i;
      }
      if (Math.abs(from[i]) > Math.abs(from[largest])) {
        largest = i;
      }
    }
    return largest;
  }

  private static short finiteScale(DType type, float scale) {
    short rounded = Float.floatToFloat16(scale);
    if (!Float.isFinite(Float.float16ToFloat(rounded))) {
      throw new IllegalArgumentException(
          "%s needs finite numbers of moderate size, got a block with scale %s"
              .formatted(type, scale));
    }
    return rounded;
  }

  private static float float16(MemorySegment bytes, long at) {
    return Float.float16ToFloat(bytes.get(SHORT, at));
  }
}
