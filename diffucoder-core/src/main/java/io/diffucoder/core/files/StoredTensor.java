package io.diffucoder.core.files;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.WeightSource;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * A tensor in a file: row-major, little-endian, of any alignment.
 *
 * @param name its name in the file
 * @param type how its numbers are encoded
 * @param shape its dimensions, not negative; rows and columns of a matrix, or a length
 * @param bytes its numbers, valid until the {@link ModelFiles} are closed
 * @param file how messages call the file that holds it
 */
public record StoredTensor(
    String name, StoredType type, List<Long> shape, MemorySegment bytes, String file) {
  public StoredTensor {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    shape = List.copyOf(shape);
    Objects.requireNonNull(bytes, "bytes");
    Objects.requireNonNull(file, "file");
  }

  /** Whether it has one dimension. */
  public boolean isVector() {
    return shape.size() == 1;
  }

  /**
   * What a backend calls its type.
   *
   * @throws io.diffucoder.api.ModelLoadException if none computes with it
   */
  public DType dtype() {
    return type.dtype()
        .orElseThrow(() ->
            Malformed.file(
                file,
                "tensor %s is %s, needs %s; convert the checkpoint",
                Malformed.quote(name),
                describe(),
                type.computable()));
  }

  /**
   * The tensor as a backend loads it: a matrix (rows, cols), or a vector (1, cols).
   *
   * @throws io.diffucoder.api.ModelLoadException if no backend computes with its type, or it has
   *     another rank, or is empty
   */
  public WeightSource toWeightSource() {
    if (!(isVector() || shape.size() == 2)
        || shape.stream().anyMatch(n -> n <= 0 || n > Integer.MAX_VALUE)) {
      throw Malformed.file(
          file, "tensor %s is %s, needs a vector or a matrix", Malformed.quote(name), describe());
    }
    return new WeightSource(
        name,
        isVector() ? 1 : Math.toIntExact(shape.getFirst()),
        Math.toIntExact(shape.getLast()),
        dtype(),
        bytes);
  }

  /** Type and shape for messages, such as {@code BF16[512, 3584]}. */
  String describe() {
    return type + shape.toString();
  }
}
