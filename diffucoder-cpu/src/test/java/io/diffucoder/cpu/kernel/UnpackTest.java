package io.diffucoder.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.spi.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Every 16-bit pattern, at an odd address and with a tail that fills no vector. */
class UnpackTest {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int PATTERNS = 1 << 16;

  @Test
  void every_float16_is_exact() {
    float[] widened = unpacked(DType.F16);

    for (int i = 0; i < PATTERNS; i++) {
      assertThat(widened[i])
          .as("pattern %04x", i)
          .isEqualTo(Float.valueOf(Float.float16ToFloat((short) i)));
    }
  }

  @Test
  void every_bfloat16_is_exact() {
    float[] widened = unpacked(DType.BF16);

    for (int i = 0; i < PATTERNS; i++) {
      assertThat(widened[i])
          .as("pattern %04x", i)
          .isEqualTo(Float.valueOf(Float.intBitsToFloat(i << 16)));
    }
  }

  private static float[] unpacked(DType dtype) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(2L * PATTERNS + 9).asSlice(1, 2L * PATTERNS + 6);
      for (int i = 0; i < PATTERNS + 3; i++) {
        bytes.set(SHORT, 2L * i, (short) i);
      }
      float[] widened = new float[PATTERNS + 3];
      StoredMatrix stored = new StoredMatrix(1, PATTERNS + 3, dtype, bytes);
      new VectorKernels().unpack(stored, 0, PATTERNS + 3, widened, 0);
      return widened;
    }
  }
}
