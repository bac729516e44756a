package io.diffucoder.cli;

/** Tokens that stand for no text: {@code <|im_end|>}, {@code <|dlm_pad|>} and their like. */
final class ControlTokens {
  /** What is drawn in the place of one. */
  static final String GLYPH = "∎";

  private ControlTokens() {}

  /** Whether a token's text is that of a control token. */
  static boolean isControl(String tokenText) {
    return tokenText.length() > 4 && tokenText.startsWith("<|") && tokenText.endsWith("|>");
  }
}
