package io.diffucoder.cli;

import java.util.Locale;

/**
 * How far a benchmark is, on one line of standard error that is written over, at most ten times a
 * second; nothing where nobody looks. Closing it wipes the line.
 */
final class BenchProgress implements AutoCloseable {
  private static final long NANOS_PER_FRAME = 1_000_000_000L / 10;
  private static final String CLEAR_LINE = "\r\033[K";

  private final Terminal terminal;
  private final boolean shown;
  private String phase = "";
  private long begunAt;
  private long drawnAt;
  private boolean drawn;

  BenchProgress(Terminal terminal) {
    this.terminal = terminal;
    shown = terminal.canDraw(Terminal.Channel.ERR);
  }

  /** Another kind of work begins. */
  void begin(String name) {
    phase = name;
    begunAt = System.nanoTime();
    drawnAt = begunAt - NANOS_PER_FRAME;
  }

  /** So much of the work is done. */
  void show(int done, int total) {
    long now = System.nanoTime();
    if (shown && now - drawnAt >= NANOS_PER_FRAME) {
      String line = line(phase, done, total, now - begunAt);
      int columns = TerminalSize.current(terminal.environment()).columns();
      write(CLEAR_LINE + line.substring(0, Math.min(line.length(), columns - 1)));
      drawn = true;
      drawnAt = now;
    }
  }

  /** The work, how much is done, and how long the rest will take. */
  static String line(String phase, int done, int total, long elapsedNanos) {
    String left =
        done == 0
            ? ""
            : String.format(
                Locale.ROOT, "  %.0f s left", elapsedNanos / 1e9 / done * (total - done));
    return "%s %s of %s%s".formatted(phase, done, total, left);
  }

  @Override
  public void close() {
    if (drawn) {
      write(CLEAR_LINE);
      drawn = false;
    }
  }

  private void write(String text) {
    terminal.err().print(text);
    terminal.err().flush();
  }
}
