package io.diffucoder.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Columns and lines of a terminal.
 *
 * @param columns characters in a line, at least 1
 * @param lines lines on the screen, at least 1
 */
record TerminalSize(int columns, int lines) {
  /** What terminals have been since 1978. */
  static final TerminalSize STANDARD = new TerminalSize(80, 24);

  private static final Pattern STTY_SIZE = Pattern.compile("(\\d{1,5}) (\\d{1,5})\\s*");

  TerminalSize {
    columns = Math.max(1, columns);
    lines = Math.max(1, lines);
  }

  /** What COLUMNS and LINES say, else what the terminal says, else 80 × 24. */
  static TerminalSize current(Map<String, String> environment) {
    Optional<TerminalSize> exported =
        parse(environment.get("LINES") + " " + environment.get("COLUMNS"));
    return exported.or(TerminalSize::fromStty).orElse(STANDARD);
  }

  /** Lines, a space, columns: what {@code stty size} prints; empty for anything else and for 0. */
  static Optional<TerminalSize> parse(String linesAndColumns) {
    Matcher matcher = STTY_SIZE.matcher(linesAndColumns);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int lines = Integer.parseInt(matcher.group(1));
    int columns = Integer.parseInt(matcher.group(2));
    return lines > 0 && columns > 0
        ? Optional.of(new TerminalSize(columns, lines))
        : Optional.empty();
  }

  private static Optional<TerminalSize> fromStty() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return parse(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return Optional.empty(); // No stty or no terminal here: the standard size is the answer.
    }
  }
}
