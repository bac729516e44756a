package io.diffucoder.cpu.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.StoredNumbers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Numbers as a file has them: row-major, little-endian, of any alignment.
 *
 * @param rows number of rows
 * @param cols number of columns
 * @param dtype encoding of a number
 * @param bytes rows × cols numbers
 */
public record StoredMatrix(int rows, int cols, DType dtype, MemorySegment bytes) {
  static final ValueLayout.OfByte BYTE = JAVA_BYTE;
  static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat FLOAT = JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Where a row begins. */
  long offset(int row) {
    return row * dtype.bytes(cols);
  }

  /** Some consecutive rows. */
  StoredMatrix rows(int first, int count) {
    long size = count * dtype.bytes(cols);
    return new StoredMatrix(count, cols, dtype, bytes.asSlice(offset(first), size));
  }

  /** The number at an offset, of a type that encodes each by itself. */
  float number(long offset) {
    return switch (dtype) {
      case F32 -> bytes.get(FLOAT, offset);
      case F16 -> Float.float16ToFloat(bytes.get(SHORT, offset));
      case BF16 -> Float.intBitsToFloat(bytes.get(SHORT, offset) << 16);
      default -> throw new AssertionError(dtype);
    };
  }

  /** A row in float32. */
  public void decode(int row, float[] into, int at) {
    StoredNumbers.decode(dtype, bytes.asSlice(offset(row), dtype.bytes(cols)), cols, into, at);
  }
}
