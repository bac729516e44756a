package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private static final long MIB = 1 << 20;

  @Test
  void shows_the_share_the_bytes_and_the_time_that_is_left() {
    assertThat(ProgressBar.line(MIB, 4 * MIB, 10_000_000_000L))
        .isEqualTo("██████░░░░░░░░░░░░░░░░░░  25 %  1.0 MiB of 4.0 MiB  30 s left");
  }

  @Test
  void is_full_at_the_end_alone() {
    assertThat(ProgressBar.line(999, 1000, 1)).startsWith("███████████████████████░  99 %");
    assertThat(ProgressBar.line(1000, 1000, 1)).startsWith("█".repeat(24) + " 100 %");
    assertThat(ProgressBar.line(0, 0, 1)).startsWith("█".repeat(24) + " 100 %");
  }

  @Test
  void knows_no_time_before_anything_is_written() {
    assertThat(ProgressBar.line(0, 1000, 5_000_000_000L)).endsWith("0 B of 1000 B  0 s left");
  }

  @Test
  void fits_a_narrow_terminal_and_leaves_nothing_behind() {
    Screen screen = Screen.person("", "COLUMNS", "20");
    ProgressBar bar = new ProgressBar(screen.terminal());

    bar.onWritten(0, 1000);
    bar.close();
    bar.close();
    bar.onWritten(1000, 1000);

    assertThat(screen.err()).isEqualTo("\r\033[K" + "░".repeat(19) + "\r\033[K");
  }

  @Test
  void wipes_nothing_if_it_drew_nothing() {
    Screen screen = Screen.person("", "LANG", "C");

    new ProgressBar(screen.terminal()).close();

    assertThat(screen.err()).isEmpty();
  }
}
