package io.diffucoder.spi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Blocks written by hand, small enough to decode in the head. */
class StoredNumbersTest {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @Test
  void plain_types_are_one_number_after_the_other() {
    float[] numbers = {1, -2.5f, 0.15625f};

    for (DType type : new DType[] {DType.F32, DType.F16, DType.BF16}) {
      MemorySegment bytes = bytes((int) type.bytes(3));
      StoredNumbers.encode(type, numbers, 0, 3, bytes);
      assertThat(decoded(type, bytes, 3)).as("%s", type).containsExactly(numbers);
    }
  }

  @Test
  void bfloat16_rounds_to_nearest_even_and_keeps_a_nan() {
    assertThat(StoredNumbers.toBfloat16(1 + 0x1p-8f)).isEqualTo((short) 0x3F80);
    assertThat(StoredNumbers.toBfloat16(1 + 0x1.8p-7f)).isEqualTo((short) 0x3F82);
    assertThat(StoredNumbers.toBfloat16(Float.intBitsToFloat(0x7F800001)))
        .isEqualTo((short) 0x7FC0);
  }

  @Test
  void q4_0_counts_from_minus_8_and_puts_the_second_half_in_the_high_bits() {
    MemorySegment block = block(DType.Q4_0, 0.5f);
    block.set(JAVA_BYTE, 2, (byte) 0x3F); // numbers 0 and 16: 15 and 3

    float[] numbers = decoded(DType.Q4_0, block, 32);

    assertThat(numbers[0]).isEqualTo(3.5f);
    assertThat(numbers[16]).isEqualTo(-2.5f);
    assertThat(numbers[1]).isEqualTo(-4f);
  }

  @Test
  void q4_1_adds_a_minimum() {
    MemorySegment block = block(DType.Q4_1, 0.5f);
    block.set(SHORT, 2, Float.floatToFloat16(-1));
    block.set(JAVA_BYTE, 4 + 15, (byte) 0xF2); // numbers 15 and 31: 2 and 15

    float[] numbers = decoded(DType.Q4_1, block, 32);

    assertThat(numbers[15]).isEqualTo(0f);
    assertThat(numbers[31]).isEqualTo(6.5f);
  }

  @Test
  void five_bit_types_take_the_fifth_bit_from_the_word_before() {
    MemorySegment block = block(DType.Q5_0, 2);
    block.set(JAVA_BYTE, 2, (byte) 0b10); // number 1
    block.set(JAVA_BYTE, 5, (byte) 0x80); // number 31
    block.set(JAVA_BYTE, 6 + 1, (byte) 0x01);
    block.set(JAVA_BYTE, 6 + 15, (byte) 0x50);

    float[] numbers = decoded(DType.Q5_0, block, 32);

    assertThat(numbers[0]).isEqualTo(-32f);
    assertThat(numbers[1]).isEqualTo(2f); // 17 − 16
    assertThat(numbers[31]).isEqualTo(10f); // 21 − 16

    MemorySegment withMinimum = block(DType.Q5_1, 2);
    withMinimum.set(SHORT, 2, Float.floatToFloat16(0.5f));
    withMinimum.set(JAVA_BYTE, 4, (byte) 0b1);
    assertThat(decoded(DType.Q5_1, withMinimum, 32)).startsWith(32.5f, 0.5f);
  }

  @Test
  void q8_0_is_signed_bytes_times_a_scale() {
    MemorySegment block = block(DType.Q8_0, 0.25f);
    block.set(JAVA_BYTE, 2, (byte) -128);
    block.set(JAVA_BYTE, 33, (byte) 127);

    float[] numbers = decoded(DType.Q8_0, block, 32);

    assertThat(numbers[0]).isEqualTo(-32f);
    assertThat(numbers[31]).isEqualTo(31.75f);
  }

  @Test
  void q4_k_has_a_scale_and_a_minimum_of_six_bits_for_each_part() {
    MemorySegment block = block(DType.Q4_K, 0.5f);
    block.set(SHORT, 2, Float.floatToFloat16(0.25f));
    block.set(JAVA_BYTE, 4, (byte) (3 | 2 << 6)); // part 0: 3; top bits of part 4's scale: 2
    block.set(JAVA_BYTE, 8, (byte) (4 | 1 << 6)); // part 0's minimum: 4; top of part 4's: 1
    block.set(JAVA_BYTE, 12, (byte) (5 | 6 << 4)); // part 4's scale and minimum, lower bits
    block.set(JAVA_BYTE, 16, (byte) 0x7A); // number 0 of part 0 and of part 1
    block.set(JAVA_BYTE, 16 + 64, (byte) 0x01); // number 0 of part 4

    float[] numbers = decoded(DType.Q4_K, block, 256);

    assertThat(numbers[0]).isEqualTo(10 * 0.5f * 3 - 0.25f * 4);
    assertThat(numbers[32]).isEqualTo(0f); // part 1 has scale 0
    assertThat(numbers[128]).isEqualTo(0.5f * (5 + 32) - 0.25f * (6 + 16));
  }

  @Test
  void q5_k_is_q4_k_with_a_bit_a_part_in_a_byte_for_each_number() {
    MemorySegment block = block(DType.Q5_K, 1);
    block.set(JAVA_BYTE, 4 + 1, (byte) 2); // part 1's scale
    block.set(JAVA_BYTE, 16 + 3, (byte) 0b10); // fifth bit of part 1's number 3
    block.set(JAVA_BYTE, 48 + 3, (byte) 0x90); // part 1's number 3: 9

    assertThat(decoded(DType.Q5_K, block, 256)[35]).isEqualTo(50f); // (9 + 16) · 2
  }

  @Test
  void q6_k_counts_from_minus_32_with_a_signed_scale_for_sixteen() {
    MemorySegment block = bytes(DType.Q6_K.blockBytes());
    block.set(SHORT, 208, Float.floatToFloat16(0.5f));
    block.set(JAVA_BYTE, 192 + 15, (byte) -2); // the last sixteen of the second half
    block.set(JAVA_BYTE, 64 + 32 + 31, (byte) 0x70); // number 255: low bits 7
    block.set(JAVA_BYTE, 128 + 32 + 31, (byte) 0x80); // and high bits 2

    float[] numbers = decoded(DType.Q6_K, block, 256);

    assertThat(numbers[255]).isEqualTo(-7f); // 0.5 · −2 · (39 − 32)
    assertThat(numbers[254]).isEqualTo(32f);
    assertThat(numbers[0]).isEqualTo(-0f);
  }

  @Test
  void quantising_to_q8_0_scales_the_largest_to_127_and_rounds_halves_away_from_zero() {
    float[] numbers = new float[32];
    numbers[0] = -127;
    numbers[1] = 2.5f;
    numbers[2] = -2.5f;
    numbers[3] = 2.4999998f;

    assertThat(roundTrip(DType.Q8_0, numbers)).startsWith(-127, 3, -3, 2, 0);
  }

  @Test
  void quantising_to_q4_0_makes_the_largest_magnitude_minus_8() {
    float[] numbers = new float[32];
    numbers[5] = 4;
    numbers[6] = -4;
    numbers[31] = 1.1f;

    float[] rounded = roundTrip(DType.Q4_0, numbers);

    assertThat(rounded[5]).isEqualTo(4f); // scale −0.5, code 0
    assertThat(rounded[6]).isEqualTo(-3.5f); // code 15 is the last one
    assertThat(rounded[31]).isEqualTo(1f);
    assertThat(rounded[0]).isEqualTo(0f);
  }

  @Test
  void zeros_stay_zeros() {
    assertThat(roundTrip(DType.Q8_0, new float[64])).containsOnly(0f);
    assertThat(roundTrip(DType.Q4_0, new float[64])).containsOnly(0f);
  }

  @Test
  void numbers_without_a_finite_scale_are_rejected() {
    for (float hostile : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 1e38f}) {
      float[] numbers = new float[32];
      numbers[0] = 7;
      numbers[9] = hostile;
      for (DType type : new DType[] {DType.Q8_0, DType.Q4_0}) {
        assertThatThrownBy(() -> roundTrip(type, numbers))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(type + " needs finite numbers");
      }
    }
  }

  @Test
  void half_blocks_and_types_that_are_only_read_are_rejected() {
    assertThatThrownBy(() -> decoded(DType.Q8_0, bytes(34), 31))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Q8_0 holds blocks of 32 numbers, got 31");
    assertThatThrownBy(() -> roundTrip(DType.Q6_K, new float[256]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot encode as Q6_K, only as F32, F16, BF16, Q8_0 or Q4_0");
  }

  private static float[] roundTrip(DType type, float[] numbers) {
    MemorySegment bytes = bytes((int) type.bytes(numbers.length));
    StoredNumbers.encode(type, numbers, 0, numbers.length, bytes);
    return decoded(type, bytes, numbers.length);
  }

  private static float[] decoded(DType type, MemorySegment bytes, int count) {
    float[] numbers = new float[count + 2];
    Arrays.fill(numbers, 9);
    StoredNumbers.decode(type, bytes, count, numbers, 1);
    assertThat(numbers[0]).isEqualTo(9f);
    assertThat(numbers[count + 1]).isEqualTo(9f);
    return Arrays.copyOfRange(numbers, 1, count + 1);
  }

  /** A block of zeros with a scale in front. */
  private static MemorySegment block(DType type, float scale) {
    MemorySegment block = bytes(type.blockBytes());
    block.set(SHORT, 0, Float.floatToFloat16(scale));
    return block;
  }

  private static MemorySegment bytes(int count) {
    return MemorySegment.ofArray(new byte[count]);
  }
}
