package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LiveCanvasTest {
  private static final ScriptedRun RUN = ScriptedRun.of("one\n", "two", " three");

  private static String drawn(Screen screen) {
    LiveCanvas live = new LiveCanvas(screen.terminal(), RUN::text, Palette.MONOCHROME);
    live.onStart(RUN.canvas(), ScriptedRun.MASK);
    RUN.steps().forEach(live::onStep);
    live.close();
    live.close();
    return screen.out();
  }

  @Test
  void hides_the_cursor_while_it_draws_and_gives_it_back_once() {
    String drawn = drawn(Screen.person("", "LANG", "C"));

    assertThat(drawn).startsWith("\033[?2026h\033[?25l\033[?7l");
    assertThat(drawn.split("\033\\[\\?25h", -1)).hasSize(2);
    assertThat(drawn).endsWith("\033[J\033[0m\033[?7h\033[?2026l\033[?25h");
  }

  @Test
  void draws_the_masks_first_and_the_last_step_whatever_the_time() {
    String drawn = drawn(Screen.person("", "LANG", "C"));

    assertThat(drawn).contains("░░░\033[K\r\n3 masks");
    assertThat(drawn)
        .contains("one\033[K\r\ntwo three\033[K\r\nstep 3/3 · NFE 3 · 0 masks left · 1000.0");
  }

  @Test
  void goes_back_to_the_top_of_the_frame_before() {
    assertThat(drawn(Screen.person("", "LANG", "C"))).contains("\r\033[1A", "\r\033[2A");
  }

  @Test
  void a_canvas_that_never_started_leaves_the_terminal_alone() {
    Screen screen = Screen.person("", "LANG", "C");

    new LiveCanvas(screen.terminal(), RUN::text, Palette.COLOURS).close();

    assertThat(screen.out()).isEmpty();
  }
}
