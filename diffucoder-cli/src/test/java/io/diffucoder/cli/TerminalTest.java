package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
  @Test
  void size_is_what_columns_and_lines_say() {
    assertThat(TerminalSize.current(Map.of("COLUMNS", "100", "LINES", "30")))
        .isEqualTo(new TerminalSize(100, 30));
  }

  @Test
  void size_is_read_as_stty_prints_it_and_nothing_else() {
    assertThat(TerminalSize.parse("24 80\n")).contains(new TerminalSize(80, 24));
    assertThat(TerminalSize.parse("0 0\n")).isEmpty();
    assertThat(TerminalSize.parse("null null")).isEmpty();
    assertThat(TerminalSize.parse("")).isEmpty();
  }

  @Test
  void draws_only_on_a_terminal_that_can_move_its_cursor() {
    assertThat(Screen.person("", "TERM", "xterm").terminal().canDraw()).isTrue();
    assertThat(Screen.person("", "TERM", "dumb").terminal().canDraw()).isFalse();
    assertThat(Screen.piped("").terminal().canDraw()).isFalse();
  }

  @Test
  void colours_follow_the_choice_and_by_themselves_the_terminal_and_NO_COLOR() {
    Terminal.Channel out = Terminal.Channel.OUT;
    Terminal person = Screen.person("", "LANG", "C").terminal();
    Terminal piped = Screen.piped("").terminal();

    assertThat(Palette.of(Palette.Choice.AUTO, person, out)).isEqualTo(Palette.COLOURS);
    assertThat(Palette.of(Palette.Choice.AUTO, piped, out)).isEqualTo(Palette.MONOCHROME);
    assertThat(Palette.of(Palette.Choice.ALWAYS, piped, out)).isEqualTo(Palette.COLOURS);
    assertThat(Palette.of(Palette.Choice.NEVER, person, out)).isEqualTo(Palette.MONOCHROME);
    Terminal noColor = Screen.person("", "NO_COLOR", "1").terminal();
    assertThat(Palette.of(Palette.Choice.AUTO, noColor, out)).isEqualTo(Palette.MONOCHROME);
  }
}
