package io.diffucoder.cli;

import io.diffucoder.sampling.StepEvent;
import io.diffucoder.sampling.StepListener;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Draws a canvas in place on a terminal while it is denoised, at most 30 times a second. Closing it
 * wipes the drawing and gives the cursor back; safe from any thread, more than once.
 */
final class LiveCanvas implements StepListener, AutoCloseable {
  private static final long NANOS_PER_FRAME = 1_000_000_000L / 30;
  private static final long NANOS_PER_MEASUREMENT = 1_000_000_000L;

  // Synchronised update and no automatic wrap while a frame is written, against flicker and drift.
  private static final String BEGIN = "\033[?2026h\033[?25l\033[?7l";
  private static final String END = "\033[?7h\033[?2026l";
  private static final String SHOW_CURSOR = "\033[?25h";
  private static final String CLEAR_TO_END_OF_LINE = "\033[K";
  private static final String CLEAR_TO_END_OF_SCREEN = "\033[J";

  private final Terminal terminal;
  private final IntFunction<String> tokenText;
  private final Palette palette;
  private @Nullable CanvasView view;
  private TerminalSize size = TerminalSize.STANDARD;
  private long measuredAt;
  private long drawnAt;
  private int drawnLines;
  private boolean closed;

  LiveCanvas(Terminal terminal, IntFunction<String> tokenText, Palette palette) {
    this.terminal = terminal;
    this.tokenText = tokenText;
    this.palette = palette;
  }

  @Override
  public synchronized void onStart(int[] canvas, int maskTokenId) {
    view = CanvasView.of(canvas, maskTokenId, tokenText);
    measure();
    draw(view, view.size() + " masks");
  }

  @Override
  public synchronized void onStep(StepEvent event) {
    if (view == null) {
      return;
    }
    view.commit(event);
    if (event.masksLeft() == 0 || System.nanoTime() - drawnAt >= NANOS_PER_FRAME) {
      draw(view, status(event, view));
      view.settle();
    }
  }

  /** Step, network evaluations, undecided positions, and real tokens a second. */
  static String status(StepEvent event, CanvasView view) {
    double perSecond =
        event.elapsedNanos() == 0 ? 0 : view.realTokens() * 1e9 / event.elapsedNanos();
    return String.format(
        Locale.ROOT,
        "step %d/%d · NFE %d · %d masks left · %.1f tokens/s",
        event.step() + 1,
        event.steps(),
        event.networkEvaluations(),
        event.masksLeft(),
        perSecond);
  }

  private void draw(CanvasView current, String status) {
    if (closed) {
      return;
    }
    if (System.nanoTime() - measuredAt >= NANOS_PER_MEASUREMENT) {
      measure();
    }
    AnsiFrame frame = AnsiFrame.of(current, status, size, palette);
    StringBuilder text = new StringBuilder(BEGIN).append(toTop());
    text.append(String.join(CLEAR_TO_END_OF_LINE + "\r\n", frame.lines()));
    text.append(CLEAR_TO_END_OF_LINE).append(CLEAR_TO_END_OF_SCREEN).append(END);
    write(text.toString());
    drawnLines = frame.lines().size();
    drawnAt = System.nanoTime();
  }

  private void measure() {
    size = TerminalSize.current(terminal.environment());
    measuredAt = System.nanoTime();
  }

  @Override
  public synchronized void close() {
    if (!closed && view != null) {
      write(toTop() + CLEAR_TO_END_OF_SCREEN + Ink.RESET + END + SHOW_CURSOR);
    }
    closed = true;
  }

  /** From the end of the frame's last line to the begin of its first. */
  private String toTop() {
    return drawnLines > 1 ? "\r\033[" + (drawnLines - 1) + "A" : "\r";
  }

  private void write(String text) {
    PrintStream out = terminal.out();
    out.print(text);
    out.flush();
  }
}
