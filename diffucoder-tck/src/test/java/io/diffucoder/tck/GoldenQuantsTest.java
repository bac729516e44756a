package io.diffucoder.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.StoredNumbers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The block formats are ggml's, number for number and byte for byte. */
class GoldenQuantsTest {
  private static final Safetensors GOLDEN =
      Safetensors.of(MemorySegment.ofArray(GoldenData.bytes("quants.safetensors")));

  @ParameterizedTest
  @MethodSource("io.diffucoder.tck.Encoding#quantised")
  void blocks_decode_to_the_numbers_that_ggml_makes_of_them(DType type) {
    Matrix expected = GOLDEN.matrix(type + ".numbers");

    float[] numbers =
        Encoding.decoded(type, GOLDEN.raw(type + ".blocks"), expected.values().length);

    Matrix actual = new Matrix(expected.rows(), expected.cols(), numbers);
    Tolerance.EXACT.check("decode " + type, expected, actual);
  }

  @Test
  void numbers_are_quantised_to_the_bytes_that_ggml_makes_of_them() {
    Matrix numbers = GOLDEN.matrix("numbers");
    for (DType type : new DType[] {DType.Q8_0, DType.Q4_0}) {
      int count = numbers.values().length;
      MemorySegment bytes = MemorySegment.ofArray(new byte[(int) type.bytes(count)]);

      StoredNumbers.encode(type, numbers.values(), 0, count, bytes);

      assertThat(bytes.toArray(ValueLayout.JAVA_BYTE))
          .as("%s", type)
          .isEqualTo(GOLDEN.raw(type + ".encoded").toArray(ValueLayout.JAVA_BYTE));
    }
  }
}
