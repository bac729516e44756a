package io.diffucoder.core.files;

import io.diffucoder.api.ModelLoadException;

/** How this package words its rejections: "FILE: what was seen, what is needed; what to do". */
final class Malformed {
  private static final int LONGEST_QUOTE = 120;

  private Malformed() {}

  /** The error for a file, with a formatted sentence; quote what the file says before. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  static ModelLoadException file(String file, String sentence, Object... values) {
    return new ModelLoadException(file + ": " + sentence.formatted(values));
  }

  /** The error for a file that the operating system does not let us read. */
  static ModelLoadException unreadable(String file, Exception cause) {
    return new ModelLoadException(
        "%s: cannot be read (%s: %s); check the file and its permissions"
            .formatted(file, cause.getClass().getSimpleName(), cause.getMessage()),
        cause);
  }

  /**
   * Text from a file, in quotes; shortened, and without control characters that could fake a log.
   */
  static String quote(String text) {
    return "'" + plain(text) + "'";
  }

  /** As {@link #quote}, without the quotes: for keys. */
  static String plain(String text) {
    String shown = text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    StringBuilder plain = new StringBuilder(shown.length());
    shown
        .chars()
        .map(c -> Character.isISOControl(c) || Character.isSurrogate((char) c) ? '?' : c)
        .forEach(c -> plain.append((char) c));
    return plain.toString();
  }
}
