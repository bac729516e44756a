package io.diffucoder.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.sampling.WindowPolicy.Decided;
import io.diffucoder.spi.RowRange;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A prompt of 4 and 16 masks; the block is 8 … 11, whose scores come from rows 7 … 11. */
class WindowPolicyTest {
  private static final Canvas CANVAS = Canvas.forCompletion(new int[] {1, 2, 3, 4}, 16, 99);
  private static final RowRange BLOCK = new RowRange(8, 4);
  private static final RowRange ROWS = new RowRange(7, 5);
  private static final BitSet NONE = new BitSet();
  private static final List<RowRange> ALL = List.of(new RowRange(0, 20));

  @Test
  void full_computes_all_in_every_step() {
    WindowPolicy full = WindowPolicy.full();

    assertThat(full.refresh(CANVAS, BLOCK)).isEqualTo(new Window(ALL, ALL));
    assertThat(full.keepsNothing()).isTrue();
  }

  @Test
  void prefix_cache_computes_the_block_and_all_that_follows() {
    Window step = WindowPolicy.prefixCache().step(CANVAS, BLOCK, ROWS, NONE);

    assertThat(step).isEqualTo(new Window(List.of(new RowRange(7, 13)), ALL));
    assertThat(WindowPolicy.prefixCache().keepsNothing()).isFalse();
  }

  @Test
  void a_horizon_bounds_what_is_computed_and_not_what_is_seen() {
    Window step = WindowPolicy.prefixCache(3).step(CANVAS, BLOCK, ROWS, NONE);

    assertThat(step).isEqualTo(new Window(List.of(new RowRange(7, 8)), ALL));
    assertThat(WindowPolicy.prefixCache(99).step(CANVAS, BLOCK, ROWS, NONE).computed())
        .containsExactly(new RowRange(7, 13));
  }

  @Test
  void dual_cache_computes_the_rows_of_the_block_alone() {
    Window step = WindowPolicy.dualCache().step(CANVAS, BLOCK, ROWS, NONE);

    assertThat(step.computed()).containsExactly(ROWS);
    assertThat(step.rows()).isEqualTo(5);
  }

  @Test
  void idle_rows_are_kept_if_the_policy_says_so() {
    BitSet idle = new BitSet();
    idle.set(7);
    idle.set(11);

    assertThat(WindowPolicy.dualCache().keepingDecided().step(CANVAS, BLOCK, ROWS, idle).computed())
        .containsExactly(new RowRange(8, 3));
    assertThat(WindowPolicy.dualCache().step(CANVAS, BLOCK, ROWS, idle).computed())
        .containsExactly(ROWS);
  }

  @Test
  void a_suffix_window_leaves_out_the_masks_beyond_but_the_last() {
    WindowPolicy policy = WindowPolicy.suffixWindow(3);

    assertThat(policy.refresh(CANVAS, BLOCK).computed())
        .containsExactly(new RowRange(0, 15), new RowRange(19, 1));
    Window step = policy.step(CANVAS, BLOCK, ROWS, NONE);
    assertThat(step.computed()).containsExactly(new RowRange(7, 8), new RowRange(19, 1));
    assertThat(step.seen()).containsExactly(new RowRange(0, 15), new RowRange(19, 1));
  }

  @Test
  void a_suffix_window_that_reaches_the_end_is_the_whole_canvas() {
    WindowPolicy policy = WindowPolicy.suffixWindow(7);

    assertThat(policy.refresh(CANVAS, BLOCK)).isEqualTo(new Window(ALL, ALL));
    assertThat(policy.step(CANVAS, BLOCK, ROWS, NONE).computed())
        .containsExactly(new RowRange(7, 13));
  }

  @Test
  void text_after_the_masks_is_always_seen() {
    int[] infill = CANVAS.tokens();
    infill[17] = 5;
    Canvas canvas = Canvas.of(infill, 99);

    assertThat(WindowPolicy.suffixWindow(0).refresh(canvas, BLOCK).seen())
        .containsExactly(new RowRange(0, 12), new RowRange(17, 1), new RowRange(19, 1));
  }

  @Test
  void a_step_never_computes_more_than_it_says() {
    assertThat(WindowPolicy.suffixWindow(3).longestStep(4, 20)).isEqualTo(9);
    assertThat(WindowPolicy.prefixCache().longestStep(4, 20)).isEqualTo(20);
  }

  @Test
  void rejects_numbers_that_make_no_window() {
    assertThatThrownBy(() -> new WindowPolicy(4, 3, Decided.COMPUTED, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a window needs 0 <= horizon <= suffix, got horizon 4, suffix 3");
    assertThatThrownBy(() -> WindowPolicy.full().withRefreshEvery(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("at least 1, got 0");
  }

  @Test
  void a_window_sees_what_it_computes_and_its_ranges_lie_apart() {
    assertThatThrownBy(() -> new Window(ALL, List.of(new RowRange(0, 19))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a pass sees what it computes");
    assertThatThrownBy(() -> new Window(List.of(), List.of(new RowRange(0, 3), new RowRange(3, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must ascend and lie apart");
  }
}
