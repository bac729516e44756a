package io.diffucoder.cli;

import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import picocli.CommandLine.Option;

/** The option that says how much is told about what goes on inside. */
final class LogFlags {
  /** Held, since the platform forgets the level of a logger that nobody holds. */
  private static final Logger LIBRARY = Logger.getLogger("io.diffucoder");

  @Option(names = "--verbose", description = "Show more log messages, and stack traces.")
  boolean verbose;

  /**
   * Shows what the library logs on standard error, a line a message.
   *
   * @param usual from which level on, unless more is asked for
   */
  void apply(Terminal terminal, Level usual) {
    for (Handler handler : LIBRARY.getHandlers()) {
      LIBRARY.removeHandler(handler);
    }
    LIBRARY.setUseParentHandlers(false);
    LIBRARY.setLevel(verbose ? Level.FINE : usual);
    LIBRARY.addHandler(new Lines(terminal));
  }

  /** Prints messages as the errors of the command line look. */
  private static final class Lines extends Handler {
    private final Terminal terminal;
    private final Formatter formatter = new SimpleFormatter();

    Lines(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public void publish(LogRecord message) {
      if (isLoggable(message)) {
        terminal.err().println("diffucoder: " + formatter.formatMessage(message));
      }
    }

    @Override
    public void flush() {
      terminal.err().flush();
    }

    @Override
    public void close() {}
  }
}
