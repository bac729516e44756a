package io.diffucoder.cuda;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.StoredNumbers;
import io.diffucoder.spi.WeightSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/** Quantises a stored matrix on its way to the device. */
final class WeightQuantising {
  private WeightQuantising() {}

  /**
   * The same matrix in blocks of this type.
   *
   * @throws IllegalArgumentException if its rows are no whole blocks
   */
  static WeightSource of(WeightSource source, DType type, Arena arena) {
    int cols = source.cols();
    if (cols % type.blockSize() != 0) {
      throw new IllegalArgumentException(
          "cuda: weight '%s' (%d, %d) cannot be %s, which needs rows of whole blocks of %d numbers"
              .formatted(source.name(), source.rows(), cols, type, type.blockSize()));
    }
    long from = source.dtype().bytes(cols);
    long to = type.bytes(cols);
    MemorySegment blocks = arena.allocate(source.rows() * to, 64);
    IntStream.range(0, source.rows())
        .parallel()
        .forEach(r -> {
          float[] row = new float[cols];
          StoredNumbers.decode(
              source.dtype(), source.bytes().asSlice(r * from, from), cols, row, 0);
          StoredNumbers.encode(type, row, 0, cols, blocks.asSlice(r * to, to));
        });
    return new WeightSource(source.name(), source.rows(), cols, type, blocks);
  }
}
