package io.diffucoder.cli;

/** How a character is written in a terminal. */
enum Ink {
  PLAIN(""),
  DIM("\033[2m"),
  BRIGHT("\033[1;92m");

  /** Back to plain. */
  static final String RESET = "\033[0m";

  private final String sequence;

  Ink(String sequence) {
    this.sequence = sequence;
  }

  /** The escape sequence that starts it, from plain; empty for plain itself. */
  String sequence() {
    return sequence;
  }
}
