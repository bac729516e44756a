package io.diffucoder.core.tokenizer;

/**
 * Decodes tokens one by one: text comes out as soon as it is certain, so a character whose bytes
 * are spread over tokens appears with the last of them. All that {@link #append} and {@link
 * #finish} return, joined, is what {@link Tokenizer#decode} makes of the same ids. Not thread-safe.
 */
public final class TokenDecoder {
  private static final char REPLACEMENT = '\uFFFD';

  private final OrdinaryTokens ordinary;
  private final ControlTokens controls;
  private final Utf8Repair utf8 = new Utf8Repair();

  TokenDecoder(OrdinaryTokens ordinary, ControlTokens controls) {
    this.ordinary = ordinary;
    this.controls = controls;
  }

  /**
   * Takes the next token and returns the text that became certain, which may be empty. Control
   * tokens are literal; an id without a token is U+FFFD; both end an unfinished character.
   *
   * @throws IllegalArgumentException if the id is negative
   */
  public String append(int id) {
    StringBuilder out = new StringBuilder();
    append(id, out);
    return out.toString();
  }

  /** Ends the text and returns what was held back: U+FFFD for an unfinished character. */
  public String finish() {
    StringBuilder out = new StringBuilder();
    utf8.finish(out);
    return out.toString();
  }

  void append(int id, StringBuilder out) {
    if (id < 0) {
      throw new IllegalArgumentException("token ids are not negative, got " + id);
    }
    // An id may be both in the vocabulary and a control token: then it is a control token.
    ControlToken control = controls.withId(id);
    if (control != null) {
      utf8.finish(out);
      out.append(control.text());
    } else if (ordinary.isDefined(id)) {
      ordinary.decode(id, utf8, out);
    } else {
      utf8.finish(out);
      out.append(REPLACEMENT);
    }
  }

  void finish(StringBuilder out) {
    utf8.finish(out);
  }
}
