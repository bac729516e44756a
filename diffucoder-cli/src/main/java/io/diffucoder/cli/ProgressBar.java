package io.diffucoder.cli;

import io.diffucoder.Quantizer;
import java.util.Locale;

/**
 * A bar on standard error that grows in place, at most ten times a second. Closing it wipes it;
 * safe from any thread, more than once.
 */
final class ProgressBar implements Quantizer.Progress, AutoCloseable {
  private static final long NANOS_PER_FRAME = 1_000_000_000L / 10;
  private static final int CELLS = 24;
  private static final String CLEAR_LINE = "\r\033[K";

  private final Terminal terminal;
  private final long begunAt = System.nanoTime();
  private long drawnAt;
  private boolean drawn;
  private boolean closed;

  ProgressBar(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public synchronized void onWritten(long writtenBytes, long totalBytes) {
    long now = System.nanoTime();
    if (closed || (drawn && now - drawnAt < NANOS_PER_FRAME)) {
      return;
    }
    String line = line(writtenBytes, totalBytes, now - begunAt);
    int columns = TerminalSize.current(terminal.environment()).columns();
    write(CLEAR_LINE + line.substring(0, Math.min(line.length(), columns - 1)));
    drawn = true;
    drawnAt = now;
  }

  /** A bar, the share, the bytes, and how long it will take. */
  static String line(long written, long total, long elapsedNanos) {
    double share = total == 0 ? 1 : (double) written / total;
    int full = (int) (share * CELLS);
    double left = share == 0 ? 0 : elapsedNanos / 1e9 * (1 - share) / share;
    return String.format(
        Locale.ROOT,
        "%s%s %3.0f %%  %s of %s  %.0f s left",
        "█".repeat(full),
        "░".repeat(CELLS - full),
        Math.floor(100 * share),
        ModelReport.size(written),
        ModelReport.size(total),
        left);
  }

  @Override
  public synchronized void close() {
    if (drawn && !closed) {
      write(CLEAR_LINE);
    }
    closed = true;
  }

  private void write(String text) {
    terminal.err().print(text);
    terminal.err().flush();
  }
}
