package io.diffucoder.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A terminal whose output tests read. */
final class Screen {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Terminal terminal;

  private Screen(String input, Set<Terminal.Channel> interactive, Map<String, String> environment) {
    terminal =
        new Terminal(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            interactive,
            environment);
  }

  /** All streams are pipes; this text comes in. */
  static Screen piped(String input) {
    return new Screen(input, Set.of(), Map.of("TERM", "xterm"));
  }

  /** A person at a terminal of 40 columns and 12 lines, with this variable besides. */
  static Screen person(String input, String variable, String value) {
    Map<String, String> environment =
        new HashMap<>(Map.of("TERM", "xterm", "COLUMNS", "40", "LINES", "12"));
    environment.put(variable, value);
    return new Screen(input, Set.of(Terminal.Channel.values()), environment);
  }

  Terminal terminal() {
    return terminal;
  }

  int run(String... args) {
    return Main.run(terminal, args);
  }

  String out() {
    terminal.out().flush();
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    terminal.err().flush();
    return err.toString(StandardCharsets.UTF_8);
  }
}
