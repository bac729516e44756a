package io.diffucoder.core.tokenizer;

/**
 * Decodes UTF-8 byte by byte; every maximal ill-formed part becomes one U+FFFD, as in Python's
 * {@code errors="replace"} and the Unicode standard's recommendation (3.9, table 3-8). The JDK's
 * decoders are not used, since they make one U+FFFD of an encoded surrogate where the reference
 * makes three, and cannot be fed in parts without buffers.
 */
final class Utf8Repair {
  private static final char REPLACEMENT = '\uFFFD';

  private int codePoint;
  private int missing;
  // Bounds of the next continuation byte: narrower after E0, ED, F0 and F4, which excludes
  // overlong forms, surrogates and what lies beyond U+10FFFF.
  private int lower = 0x80;
  private int upper = 0xBF;

  /** Takes the next byte; appends what became decided. */
  void accept(byte next, StringBuilder out) {
    int value = next & 0xFF;
    if (missing > 0) {
      if (value >= lower && value <= upper) {
        extend(value, out);
        return;
      }
      finish(out);
    }
    begin(value, out);
  }

  /** Ends the text here: an unfinished character becomes U+FFFD. */
  void finish(StringBuilder out) {
    if (missing > 0) {
      out.append(REPLACEMENT);
      missing = 0;
      lower = 0x80;
      upper = 0xBF;
    }
  }

  private void extend(int value, StringBuilder out) {
    codePoint = codePoint << 6 | (value & 0x3F);
    lower = 0x80;
    upper = 0xBF;
    if (--missing == 0) {
      out.appendCodePoint(codePoint);
    }
  }

  private void begin(int value, StringBuilder out) {
    if (value < 0x80) {
      out.append((char) value);
    } else if (value >= 0xC2 && value <= 0xDF) {
      codePoint = value & 0x1F;
      missing = 1;
    } else if (value >= 0xE0 && value <= 0xEF) {
      codePoint = value & 0x0F;
      missing = 2;
      lower = value == 0xE0 ? 0xA0 : 0x80;
      upper = value == 0xED ? 0x9F : 0xBF;
    } else if (value >= 0xF0 && value <= 0xF4) {
      codePoint = value & 0x07;
      missing = 3;
      lower = value == 0xF0 ? 0x90 : 0x80;
      upper = value == 0xF4 ? 0x8F : 0xBF;
    } else {
      out.append(REPLACEMENT);
    }
  }
}
