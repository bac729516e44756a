package io.diffucoder.spi;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A stored matrix (rows, cols), row-major; a vector is one row.
 *
 * @param name the tensor's name, for messages
 * @param rows output width of a linear layer, vocabulary of a table, 1 for a vector
 * @param cols input width of a linear layer, width of a table or vector
 * @param dtype encoding of the numbers
 * @param bytes exactly {@code rows × cols × dtype.bytes()} bytes, little-endian, of any alignment;
 *     they stay readable and unchanged until the backend is closed
 */
public record WeightSource(String name, int rows, int cols, DType dtype, MemorySegment bytes) {
  public WeightSource {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(dtype, "dtype");
    if (rows <= 0 || cols <= 0) {
      throw new IllegalArgumentException(
          "weight '%s' needs positive sizes, got (%d, %d)".formatted(name, rows, cols));
    }
    long needed = (long) rows * cols * dtype.bytes();
    if (bytes.byteSize() != needed) {
      throw new IllegalArgumentException(
          "weight '%s' is %s (%d, %d) and needs %d bytes, got %d"
              .formatted(name, dtype, rows, cols, needed, bytes.byteSize()));
    }
  }
}
