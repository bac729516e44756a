package io.diffucoder.core.tokenizer;

import java.text.Normalizer;

/** Makes Java strings well-formed and composes them: what the tokenizer does to text first. */
final class Normalization {
  private Normalization() {}

  /** The text in Unicode's normalization form C, with U+FFFD for every unpaired surrogate. */
  static String normalize(String text) {
    return Normalizer.normalize(replaceUnpairedSurrogates(text), Normalizer.Form.NFC);
  }

  private static String replaceUnpairedSurrogates(String text) {
    if (text.codePoints().noneMatch(Normalization::isSurrogate)) {
      return text;
    }
    return text.codePoints()
        .map(c -> isSurrogate(c) ? 0xFFFD : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /**
   * Whether a code point is a surrogate, which in a string's code points only unpaired ones are.
   */
  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
