package io.diffucoder.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.spi.RowRange;
import org.junit.jupiter.api.Test;

class CanvasTest {
  private static final int MASK = 99;

  @Test
  void starts_as_the_prompt_followed_by_masks() {
    Canvas canvas = Canvas.forCompletion(new int[] {1, 2}, 3, MASK);

    assertThat(canvas.tokens()).containsExactly(1, 2, MASK, MASK, MASK);
    assertThat(canvas.maskedPositions()).containsExactly(2, 3, 4);
    assertThat(canvas.maskedCount()).isEqualTo(3);
  }

  @Test
  void fills_masks_within_the_prompt_too() {
    Canvas canvas = Canvas.forCompletion(new int[] {1, MASK, 2}, 1, MASK);

    assertThat(canvas.maskedPositions()).containsExactly(1, 3);
  }

  @Test
  void decides_a_position_once() {
    Canvas canvas = Canvas.forCompletion(new int[] {1}, 2, MASK);

    canvas.commit(2, 7);

    assertThat(canvas.tokens()).containsExactly(1, MASK, 7);
    assertThat(canvas.maskedCount()).isEqualTo(1);
    assertThatThrownBy(() -> canvas.commit(2, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("position 2 is decided already, as token 7");
  }

  @Test
  void leaves_a_position_undecided_when_the_mask_itself_is_committed() {
    Canvas canvas = Canvas.forCompletion(new int[] {1}, 1, MASK);

    canvas.commit(1, MASK);

    assertThat(canvas.isMasked(1)).isTrue();
    assertThat(canvas.maskedCount()).isEqualTo(1);
  }

  @Test
  void a_decided_position_can_be_made_undecided_again() {
    Canvas canvas = Canvas.of(new int[] {1, 2, MASK}, MASK);

    canvas.remask(1);

    assertThat(canvas.maskedPositions()).containsExactly(1, 2);
    assertThat(canvas.maskedCount()).isEqualTo(2);
    assertThatThrownBy(() -> canvas.remask(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("position 2 is undecided already");
  }

  @Test
  void a_copy_goes_its_own_way() {
    Canvas canvas = Canvas.of(new int[] {1, MASK, MASK}, MASK);
    Canvas copy = canvas.copy();
    assertThat(copy.sameAs(canvas)).isTrue();

    copy.commit(1, 5);

    assertThat(canvas.isMasked(1)).isTrue();
    assertThat(copy.sameAs(canvas)).isFalse();
    assertThat(canvas.maskedPositions(new RowRange(2, 1))).containsExactly(2);
  }

  @Test
  void rejects_an_empty_prompt_and_zero_tokens() {
    assertThatThrownBy(() -> Canvas.forCompletion(new int[0], 4, MASK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the prompt is empty");
    assertThatThrownBy(() -> Canvas.forCompletion(new int[] {1}, 0, MASK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the number of new tokens must be positive, got 0");
  }
}
