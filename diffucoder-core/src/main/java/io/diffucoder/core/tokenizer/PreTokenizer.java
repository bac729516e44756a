package io.diffucoder.core.tokenizer;

import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts text into the pieces within which bytes may merge. */
final class PreTokenizer {
  /** Qwen2's expression as {@code tokenizer.json} spells it; its alternatives cover every text. */
  static final String REGEX =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  // The flag makes \s Unicode's White_Space, as in the reference: U+0085, U+00A0, U+2028 and U+3000
  // are, U+001C … U+001F are not. It also lets (?i:'s) match U+017F.
  private static final Pattern PIECE = Pattern.compile(REGEX, Pattern.UNICODE_CHARACTER_CLASS);

  private PreTokenizer() {}

  /** Hands the pieces over in order; joined they are the text. */
  static void split(String text, Consumer<String> pieces) {
    Matcher matcher = PIECE.matcher(text);
    int end = 0;
    while (matcher.find()) {
      assert matcher.start() == end : "the expression leaves no gap";
      end = matcher.end();
      pieces.accept(matcher.group());
    }
    assert end == text.length() : "the expression covers all text";
  }
}
