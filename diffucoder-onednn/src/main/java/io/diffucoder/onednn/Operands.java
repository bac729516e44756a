package io.diffucoder.onednn;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.diffucoder.cpu.kernel.StoredMatrix;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.StoredNumbers;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * How rows of inputs and weights become what is multiplied.
 *
 * <p>Int8: a number is {@code code × scale} with the row's scale, largest magnitude / levels, and
 * the nearest whole code. Codes of weights are −127 … 127. Codes of inputs are −levels … levels and
 * stored as code + levels, since the instructions multiply numbers without a sign by numbers with
 * one. So a sum of products comes out larger by levels · Σ codes of the weight's row.
 *
 * @param arithmetic what is multiplied
 * @param inputLevels int8: 127, or 64 where the instructions add pairs of products in 16 bits: 2 ·
 *     128 · 127 is the most that fits
 */
record Operands(Arithmetic arithmetic, int inputLevels) {
  private static final int WEIGHT_LEVELS = 127;

  /** Below this a row counts as zero: the reciprocal of its scale may not be finite. */
  private static final float TINY = 1e-30f;

  /** Bytes of a number. */
  int bytes() {
    return arithmetic.bytes();
  }

  /**
   * Writes a row of an input, and zeros to the row's end.
   *
   * @return the row's scale
   */
  float input(float[] x, int at, int count, MemorySegment row) {
    row.asSlice((long) count * bytes()).fill((byte) 0);
    Optional<DType> type = arithmetic.type();
    return type.isPresent()
        ? plain(type.get(), x, at, count, row)
        : steps(x, at, count, new Codes(inputLevels, inputLevels), row);
  }

  /**
   * Writes a row of a weight, and zeros to the row's end.
   *
   * @param numbers room for the row
   * @return the row's scale
   */
  float weight(StoredMatrix weight, int index, float[] numbers, MemorySegment row) {
    int count = weight.cols();
    row.asSlice((long) count * bytes()).fill((byte) 0);
    Optional<DType> type = arithmetic.type();
    if (type.isPresent() && type.get() == weight.dtype()) {
      long stored = weight.dtype().bytes(count);
      MemorySegment.copy(weight.bytes(), index * stored, row, 0, stored);
      return 1;
    }
    weight.decode(index, numbers, 0);
    return type.isPresent()
        ? plain(type.get(), numbers, 0, count, row)
        : steps(numbers, 0, count, new Codes(WEIGHT_LEVELS, 0), row);
  }

  /** Int8: by what a sum of products with this row of a weight comes out larger. */
  int excess(MemorySegment row) {
    int sum = 0;
    for (long i = 0; i < row.byteSize(); i++) {
      sum += row.get(JAVA_BYTE, i);
    }
    return sum * inputLevels;
  }

  private static float plain(DType type, float[] x, int at, int count, MemorySegment row) {
    StoredNumbers.encode(type, x, at, count, row);
    return 1;
  }

  /** The largest code, and what is added to all. */
  private record Codes(int levels, int offset) {}

  /** A row with a number that is not finite has a scale that is not, and gives NaN. */
  private static float steps(float[] x, int at, int count, Codes codes, MemorySegment row) {
    float largest = 0;
    for (int i = at; i < at + count; i++) {
      largest = Math.max(largest, Math.abs(x[i]));
    }
    float inverse = largest < TINY ? 0 : codes.levels / largest;
    for (int i = 0; i < count; i++) {
      row.set(JAVA_BYTE, i, (byte) (Math.round(x[at + i] * inverse) + codes.offset));
    }
    return largest / codes.levels;
  }
}
