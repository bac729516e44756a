package io.diffucoder.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PredictionShiftTest {

  @Test
  void row_before_a_position_predicts_it() {
    assertThat(PredictionShift.rowsFor(new int[] {3, 4, 9}, 0)).containsExactly(2, 3, 8);
  }

  @Test
  void position_zero_shares_row_zero_as_in_the_reference() {
    assertThat(PredictionShift.rowsFor(new int[] {0, 1}, 0)).containsExactly(0, 0);
  }

  @Test
  void rows_of_a_later_canvas_of_the_batch_start_at_its_first_row() {
    assertThat(PredictionShift.rowsFor(new int[] {0, 5}, 100)).containsExactly(100, 104);
  }
}
