package io.diffucoder.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.sampling.Window;
import io.diffucoder.spi.RowRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionShiftTest {

  private static final Window ALL = Window.full(10);

  @Test
  void row_before_a_position_predicts_it() {
    assertThat(PredictionShift.rowsFor(new int[] {3, 4, 9}, ALL, 0)).containsExactly(2, 3, 8);
  }

  @Test
  void position_zero_shares_row_zero_as_in_the_reference() {
    assertThat(PredictionShift.rowsFor(new int[] {0, 1}, ALL, 0)).containsExactly(0, 0);
  }

  @Test
  void rows_of_a_later_canvas_of_the_batch_start_at_its_first_row() {
    assertThat(PredictionShift.rowsFor(new int[] {0, 5}, ALL, 100)).containsExactly(100, 104);
  }

  @Test
  void a_blocks_rows_start_one_to_the_left_of_it() {
    assertThat(PredictionShift.predictors(new RowRange(32, 32))).isEqualTo(new RowRange(31, 33));
    assertThat(PredictionShift.predictors(new RowRange(0, 4))).isEqualTo(new RowRange(0, 4));
  }

  @Test
  void rows_of_a_window_are_counted_from_its_first() {
    Window window = new Window(List.of(new RowRange(3, 2), new RowRange(8, 2)), ALL.seen());

    assertThat(PredictionShift.rowsFor(new int[] {4, 5, 9}, window, 0)).containsExactly(0, 1, 2);
  }

  @Test
  void a_window_that_starts_with_the_block_cannot_score_its_first_position() {
    Window late = new Window(List.of(new RowRange(4, 4)), ALL.seen());

    assertThatThrownBy(() -> PredictionShift.rowsFor(new int[] {4}, late, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("position 4 is predicted by row 3, which the window does not");
  }
}
