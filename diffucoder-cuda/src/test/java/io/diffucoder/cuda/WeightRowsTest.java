package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WeightRowsTest {

  @Test
  void every_code_of_e4m3_is_the_nearest_to_its_own_number() {
    for (int code = 0; code < 0x7F; code++) {
      assertThat(WeightRows.toE4m3(number(code))).isEqualTo((byte) code);
      assertThat(WeightRows.toE4m3(-number(code))).isEqualTo((byte) (code | 0x80));
    }
  }

  @Test
  void numbers_between_two_go_to_the_nearer_one_and_ties_to_the_even_code() {
    for (int code = 0; code < 0x7E; code++) {
      float middle = (number(code) + number(code + 1)) / 2;
      int even = code + (code & 1);
      assertThat(WeightRows.toE4m3(middle)).as("middle above %d", code).isEqualTo((byte) even);
      assertThat(WeightRows.toE4m3(Math.nextDown(middle))).isEqualTo((byte) code);
      assertThat(WeightRows.toE4m3(Math.nextUp(middle))).isEqualTo((byte) (code + 1));
    }
  }

  @Test
  void the_largest_of_a_row_becomes_the_largest_of_the_format_and_nan_stays() {
    float scale = WeightRows.e4m3Scale(new float[] {1, -896, 3});

    assertThat(scale).isEqualTo(2);
    assertThat(WeightRows.toE4m3(-896 / scale)).isEqualTo((byte) 0xFE);
    assertThat(WeightRows.toE4m3(Float.NaN)).isEqualTo((byte) 0x7F);
    assertThat(WeightRows.e4m3Scale(new float[] {1, Float.NaN})).isNaN();
  }

  @Test
  void rows_take_whole_16_bytes_and_blocks_of_32() {
    assertThat(WeightKind.BF16.rowBytes(257)).isEqualTo(528);
    assertThat(WeightKind.BF16.pitch(257)).isEqualTo(264);
    assertThat(WeightKind.Q4.rowBytes(96)).isEqualTo(48);
    assertThat(WeightKind.Q8.scaleBytes(96)).isEqualTo(16);
    assertThat(WeightKind.E4M3.rowBytes(33)).isEqualTo(64);
    assertThat(WeightKind.E4M3.scaleBytes(33)).isEqualTo(4);
  }

  /** A sign, 4 bits of exponent with bias 7, 3 of fraction; no infinities. */
  private static float number(int code) {
    int exponent = code >> 3;
    int fraction = code & 7;
    return exponent == 0
        ? Math.scalb((float) fraction, -9)
        : Math.scalb(8f + fraction, exponent - 10);
  }
}
