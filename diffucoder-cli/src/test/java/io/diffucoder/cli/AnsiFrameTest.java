package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnsiFrameTest {
  private static final TerminalSize WIDE = new TerminalSize(40, 10);

  private static List<String> plain(CanvasView view, TerminalSize size) {
    return AnsiFrame.of(view, "status", size, Palette.MONOCHROME).lines();
  }

  @Test
  void draws_a_block_for_each_undecided_position_and_the_status_below() {
    assertThat(plain(ScriptedRun.of("a", "b", "c").view(0), WIDE)).containsExactly("░░░", "status");
  }

  @Test
  void breaks_lines_where_tokens_do_and_expands_tabs() {
    CanvasView view = ScriptedRun.of("def f():\n", "\t", "return", " 1").view(4);

    assertThat(plain(view, WIDE)).containsExactly("def f():", "    return 1", "status");
  }

  @Test
  void paints_masks_dim_fresh_tokens_bright_and_older_ones_plain() {
    CanvasView view = ScriptedRun.of("old", "new", "mask").view(2);

    assertThat(AnsiFrame.of(view, "status", WIDE, Palette.COLOURS).lines())
        .containsExactly("old\033[1;92mnew\033[0m\033[2m░\033[0m", "\033[2mstatus\033[0m");
  }

  @Test
  void shows_control_tokens_as_one_sign() {
    CanvasView view = ScriptedRun.of("x", "<|im_end|>", "<|endoftext|>").view(3);

    assertThat(plain(view, WIDE)).containsExactly("x∎∎", "status");
  }

  @Test
  void lets_no_token_inject_an_escape_sequence() {
    CanvasView view = ScriptedRun.of("\033[2J", "\u009b2J", "\r", "\u202e", "\b").view(5);

    assertThat(plain(view, WIDE)).containsExactly("␛[2J�2J␍�␈", "status");
  }

  @Test
  void wraps_at_the_width_and_counts_wide_characters_as_two() {
    CanvasView view = ScriptedRun.of("abc", "漢字", "é").view(3);

    assertThat(plain(view, new TerminalSize(5, 10))).containsExactly("abc漢", "字é", "statu");
  }

  @Test
  void fits_a_screen_that_is_smaller_than_the_canvas_and_follows_the_first_mask() {
    String[] lines = IntStream.range(0, 30).mapToObj(i -> "line" + i + "\n").toArray(String[]::new);
    ScriptedRun run = ScriptedRun.of(lines);

    assertThat(plain(run.view(0), new TerminalSize(20, 6))).hasSize(3);
    assertThat(plain(run.view(15), new TerminalSize(20, 6)))
        .containsExactly("line12", "line13", "line14", "░░░░░░░░░░░░░░░", "status");
    assertThat(plain(run.view(30), new TerminalSize(20, 6)))
        .containsExactly("line27", "line28", "line29", "", "status");
  }

  @Test
  void survives_a_terminal_of_one_column_and_one_line() {
    CanvasView view = ScriptedRun.of("漢", "ab").view(2);

    assertThat(plain(view, new TerminalSize(1, 1))).containsExactly("s");
    assertThat(plain(view, new TerminalSize(1, 9))).containsExactly("a", "b", "s");
  }

  @Test
  void draws_an_empty_canvas() {
    CanvasView view = CanvasView.of(new int[] {1, 2}, ScriptedRun.MASK, Integer::toString);

    assertThat(plain(view, WIDE)).containsExactly("", "status");
    assertThat(view.size()).isZero();
  }
}
