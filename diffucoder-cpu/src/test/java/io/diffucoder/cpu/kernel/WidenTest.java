package io.diffucoder.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.spi.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is widened into tile memory is what the numbers are, to the last bit. */
class WidenTest {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int PATTERNS = 1 << 16;
  private static final Kernels KERNELS = new VectorKernels();

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void every_pattern_of_16_bits_is_exact(DType type) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(2L * PATTERNS + 1).asSlice(1); // an odd address
      for (int i = 0; i < PATTERNS; i++) {
        bytes.set(SHORT, 2L * i, (short) i);
      }
      StoredMatrix matrix = new StoredMatrix(64, 1024, type, bytes);
      for (int row = 0; row < 64; row += 2) {
        assertWidened(matrix, row, 1024);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void blocks_and_tails_of_every_type_are_what_their_definition_says(DType type) {
    SplittableRandom random = new SplittableRandom(type.blockBytes());
    int block = type.blockSize();
    for (int cols : new int[] {block, 3 * block, 17 * block, 1024 + block}) {
      byte[] codes = new byte[(int) type.bytes(3L * cols)];
      random.nextBytes(codes);
      StoredMatrix matrix = new StoredMatrix(3, cols, type, MemorySegment.ofArray(codes));
      assertWidened(matrix, 0, cols);
      assertWidened(matrix, 2, cols); // there is no row 3: row 2 is taken twice
    }
  }

  @Test
  void columns_after_the_last_are_zeros_up_to_whole_groups() {
    int slot = TileMemory.acquire();
    try {
      TileMemory.MEMORY.asSlice(slot, 4096).fill((byte) 0x7F);
      MemorySegment one = MemorySegment.ofArray(new byte[] {(byte) 0x80, 0x3F});

      KERNELS.widenPair(
          new RowPair(new StoredMatrix(1, 1, DType.BF16, one), 0, new Scratch()), 0, 1, slot);

      int group = KERNELS.order(DType.BF16).length;
      for (int position = 1; position < group; position++) {
        assertThat(widened(slot, position)).isZero();
      }
      assertThat(widened(slot, 0)).isEqualTo(1f);
    } finally {
      TileMemory.release(slot);
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_order_takes_every_column_of_its_group_once(DType type) {
    int[] order = KERNELS.order(type);

    assertThat(order).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(32);
    assertThat(order.length % KERNELS.lanes()).isZero();
    for (int column : order) {
      assertThat(column).isBetween(0, order.length - 1);
    }
  }

  private static void assertWidened(StoredMatrix matrix, int row, int cols) {
    int slot = TileMemory.acquire();
    try {
      KERNELS.widenPair(new RowPair(matrix, row, new Scratch()), 0, cols, slot);
      float[] expected = new float[cols];
      for (int second = 0; second < 2; second++) {
        int stored = Math.min(row + second, matrix.rows() - 1);
        matrix.decode(stored, expected, 0);
        int[] order = KERNELS.order(matrix.dtype());
        int at = slot + second * KERNELS.lanes() * Float.BYTES;
        for (int position = 0; position < cols; position++) {
          int column = position - position % order.length + order[position % order.length];
          if (column < cols && !close(widened(at, position), expected[column])) {
            assertThat(widened(at, position))
                .as("%s row %d column %d of %d", matrix.dtype(), stored, column, cols)
                .isEqualTo(expected[column]);
          }
        }
      }
    } finally {
      TileMemory.release(slot);
    }
  }

  /**
   * Equal, or one rounding apart where a block has a minimum: it is added with a fused operation.
   */
  private static boolean close(float actual, float expected) {
    return Float.compare(actual, expected) == 0
        || actual == expected
        || (Float.isNaN(actual) && Float.isNaN(expected))
        || Math.abs(actual - expected) <= 1e-6f * Math.abs(expected) + 1e-4f;
  }

  private static float widened(int at, int position) {
    int lanes = KERNELS.lanes();
    int step = position / lanes * Kernels.OUTPUTS * lanes + position % lanes;
    return TileMemory.MEMORY.get(StoredMatrix.FLOAT, at + step * Float.BYTES);
  }
}
