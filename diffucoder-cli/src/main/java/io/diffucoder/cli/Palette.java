package io.diffucoder.cli;

import java.util.Map;

/** Whether escape sequences for colours are written. */
enum Palette {
  COLOURS,
  MONOCHROME;

  /** The value of {@code --color}. */
  enum Choice {
    AUTO,
    ALWAYS,
    NEVER;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** What a choice means for a stream; {@code auto} respects NO_COLOR and TERM=dumb. */
  static Palette of(Choice choice, Terminal terminal, Terminal.Channel channel) {
    Map<String, String> environment = terminal.environment();
    boolean suits =
        terminal.isInteractive(channel)
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    return switch (choice) {
      case ALWAYS -> COLOURS;
      case NEVER -> MONOCHROME;
      case AUTO -> suits ? COLOURS : MONOCHROME;
    };
  }

  /** The text in this ink, plain again after it. */
  String paint(String text, Ink ink) {
    return this == COLOURS && ink != Ink.PLAIN ? ink.sequence() + text + Ink.RESET : text;
  }
}
