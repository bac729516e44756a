package io.diffucoder.spi;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A stored matrix (rows, cols), row-major; a vector is one row.
 *
 * @param name the tensor's name, for messages
 * @param rows output width of a linear layer, vocabulary of a table, 1 for a vector
 * @param cols input width of a linear layer, width of a table or vector
 * @param dtype encoding of the numbers; its blocks do not cross rows
 * @param bytes exactly {@code dtype.bytes(rows × cols)} bytes, little-endian, of any alignment;
 *     they stay readable, by any thread, and unchanged until the backend is closed
 */
public record WeightSource(String name, int rows, int cols, DType dtype, MemorySegment bytes) {
  public WeightSource {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(dtype, "dtype");
    if (rows <= 0 || cols <= 0) {
      throw new IllegalArgumentException(
          "weight '%s' needs positive sizes, got (%d, %d)".formatted(name, rows, cols));
    }
    if (cols % dtype.blockSize() != 0) {
      throw new IllegalArgumentException(
          "weight '%s' is %s (%d, %d) and needs rows of whole blocks of %d numbers"
              .formatted(name, dtype, rows, cols, dtype.blockSize()));
    }
    long needed = dtype.bytes((long) rows * cols);
    if (bytes.byteSize() != needed) {
      throw new IllegalArgumentException(
          "weight '%s' is %s (%d, %d) and needs %d bytes, got %d"
              .formatted(name, dtype, rows, cols, needed, bytes.byteSize()));
    }
  }
}
