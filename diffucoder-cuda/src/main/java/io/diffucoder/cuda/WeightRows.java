package io.diffucoder.cuda;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.StoredNumbers;
import io.diffucoder.spi.WeightSource;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Writes rows of a stored matrix as a kind lies on the device, into host memory that the device
 * copies from. Each method writes rows from … to − 1, the first at the segment's start.
 */
final class WeightRows {
  private static final ValueLayout.OfShort SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int BLOCK = 32;
  private static final float LARGEST_E4M3 = 448;

  /** Where number k of a block of 32 stands: what {@code fragment_place} in common.cuh computes. */
  private static final int[] PLACES = places();

  private final WeightSource source;
  private final WeightKind kind;

  WeightRows(WeightSource source, WeightKind kind) {
    this.source = source;
    this.kind = kind;
  }

  private static int[] places() {
    int[] places = new int[BLOCK];
    for (int k = 0; k < BLOCK; k++) {
      places[k] = 8 * ((k & 7) >> 1) + ((k & 1) | (k & 8) >> 2 | (k & 16) >> 2);
    }
    return places;
  }

  /** What a matrix takes on the device in all. */
  static long bytes(WeightSource source, WeightKind kind) {
    return source.rows() * ((long) kind.rowBytes(source.cols()) + kind.scaleBytes(source.cols()));
  }

  /** The numbers or codes. */
  void numbers(int from, int to, MemorySegment into) {
    int rowBytes = kind.rowBytes(source.cols());
    float[] row = new float[source.cols()];
    for (int r = from; r < to; r++) {
      MemorySegment target = into.asSlice((long) (r - from) * rowBytes, rowBytes);
      switch (kind) {
        case F32, F16, BF16 -> plain(r, row, target);
        case Q8 -> q8Codes(bytesOf(r), target);
        case Q4 -> q4Codes(bytesOf(r), target);
        case E4M3 -> e4m3Codes(r, row, target);
      }
    }
  }

  /** The scales of blocks or rows. */
  void scales(int from, int to, MemorySegment into) {
    int scaleBytes = kind.scaleBytes(source.cols());
    float[] row = new float[source.cols()];
    for (int r = from; r < to; r++) {
      MemorySegment target = into.asSlice((long) (r - from) * scaleBytes, scaleBytes);
      if (kind == WeightKind.E4M3) {
        decode(r, row);
        target.set(JAVA_FLOAT, 0, e4m3Scale(row));
      } else {
        MemorySegment blocks = bytesOf(r);
        int blockBytes = source.dtype().blockBytes();
        for (int b = 0; b < source.cols() / BLOCK; b++) {
          target.set(SHORT, 2L * b, blocks.get(SHORT, (long) b * blockBytes)); // it comes first
        }
      }
    }
  }

  /** Float32 numbers of a matrix of one row. */
  static float[] vector(WeightSource source) {
    float[] numbers = new float[source.cols()];
    StoredNumbers.decode(source.dtype(), source.bytes(), source.cols(), numbers, 0);
    return numbers;
  }

  private MemorySegment bytesOf(int row) {
    long size = source.dtype().bytes(source.cols());
    return source.bytes().asSlice(row * size, size);
  }

  private void decode(int row, float[] into) {
    StoredNumbers.decode(source.dtype(), bytesOf(row), source.cols(), into, 0);
  }

  private void plain(int r, float[] row, MemorySegment target) {
    DType type =
        switch (kind) {
          case F32 -> DType.F32;
          case F16 -> DType.F16;
          default -> DType.BF16;
        };
    if (source.dtype() == type) {
      target.asSlice(0, type.bytes(source.cols())).copyFrom(bytesOf(r));
    } else {
      decode(r, row);
      StoredNumbers.encode(
          type, row, 0, source.cols(), target.asSlice(0, type.bytes(source.cols())));
    }
  }

  /** {@code block_q8_0}: a float16 scale and 32 codes. */
  private void q8Codes(MemorySegment blocks, MemorySegment target) {
    for (int b = 0; b < source.cols() / BLOCK; b++) {
      long codes = (long) b * DType.Q8_0.blockBytes() + 2;
      for (int k = 0; k < BLOCK; k++) {
        target.set(JAVA_BYTE, (long) b * BLOCK + PLACES[k], blocks.get(JAVA_BYTE, codes + k));
      }
    }
  }

  /** {@code block_q4_0}: a float16 scale and 16 bytes, byte i with codes i and i + 16. */
  private void q4Codes(MemorySegment blocks, MemorySegment target) {
    for (int b = 0; b < source.cols() / BLOCK; b++) {
      long codes = (long) b * DType.Q4_0.blockBytes() + 2;
      for (int word = 0; word < 4; word++) {
        target.set(ValueLayout.JAVA_INT_UNALIGNED, 16L * b + 4L * word, 0);
      }
      for (int i = 0; i < BLOCK / 2; i++) {
        int both = blocks.get(JAVA_BYTE, codes + i);
        putNibble(target, 16L * b, PLACES[i], both & 15);
        putNibble(target, 16L * b, PLACES[i + 16], both >> 4 & 15);
      }
    }
  }

  /** Of the 8 codes of a word, code 2p is in nibble p and code 2p + 1 in nibble p + 4. */
  private static void putNibble(MemorySegment target, long block, int place, int code) {
    int j = place & 7;
    int nibble = (j >> 1) + 4 * (j & 1);
    long at = block + 4L * (place >> 3) + (nibble >> 1);
    int before = target.get(JAVA_BYTE, at);
    target.set(JAVA_BYTE, at, (byte) (before | code << (4 * (nibble & 1))));
  }

  private void e4m3Codes(int r, float[] row, MemorySegment target) {
    decode(r, row);
    float scale = e4m3Scale(row);
    target.fill((byte) 0);
    for (int k = 0; k < row.length; k++) {
      byte code = scale == 0 ? 0 : toE4m3(row[k] / scale);
      target.set(JAVA_BYTE, (long) k / BLOCK * BLOCK + PLACES[k % BLOCK], code);
    }
  }

  /** The scale at which a row's largest number becomes the largest of the format. */
  static float e4m3Scale(float[] row) {
    float largest = 0;
    for (float x : row) {
      largest = Math.max(largest, Math.abs(x)); // NaN stays
    }
    return largest / LARGEST_E4M3;
  }

  /**
   * The nearest 8-bit float with 4 bits of exponent and 3 of fraction, ties to even (Micikevicius
   * et al., "FP8 Formats for Deep Learning", 2022): no infinities, 0x7F is NaN.
   *
   * @param x at most 448, or NaN
   */
  static byte toE4m3(float x) {
    int sign = Float.floatToRawIntBits(x) >>> 24 & 0x80;
    float magnitude = Math.abs(x);
    if (Float.isNaN(x)) {
      return 0x7F;
    }
    int exponent = Math.max(Math.getExponent(magnitude), -6); // below, numbers have equal steps
    int steps = (int) Math.rint(Math.scalb((double) magnitude, 3 - exponent)); // of 2^(exponent−3)
    if (steps == 16) {
      exponent++;
      steps = 8;
    }
    int code = steps < 8 ? steps : ((exponent + 7) << 3) | (steps - 8);
    return (byte) (sign | Math.min(code, 0x7E));
  }
}
