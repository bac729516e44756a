package io.diffucoder.core.tokenizer;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@code merges.txt}: one merge {@code left right} a line, by rank. The first line is a
 * comment if it begins with {@code #version:}; blank lines do not count.
 */
final class MergesTxt {
  private MergesTxt() {}

  static List<Merge> read(BufferedReader reader, SourceFile file) throws IOException {
    List<Merge> merges = new ArrayList<>();
    int lineNumber = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lineNumber++;
      boolean isComment = lineNumber == 1 && line.startsWith("#version:");
      if (!isComment && !line.isBlank()) {
        merges.add(parse(line.strip(), "line", lineNumber, file));
        checkCount(merges, file);
      }
    }
    return merges;
  }

  /** One merge, {@code left right} with one space between. */
  static Merge parse(String text, String list, int number, SourceFile file) {
    int space = text.indexOf(' ');
    if (space <= 0 || space == text.length() - 1 || text.indexOf(' ', space + 1) >= 0) {
      throw file.error(
          "%s %d is '%s', needs two tokens and a space between"
              .formatted(list, number, excerpt(text)));
    }
    return new Merge(text.substring(0, space), text.substring(space + 1));
  }

  /** Fails if there are more merges than tokens that they could make. */
  static void checkCount(List<Merge> merges, SourceFile file) {
    if (merges.size() > JsonFields.MAX_TOKENS) {
      throw file.error("more than %d merges".formatted(JsonFields.MAX_TOKENS));
    }
  }

  /** The beginning of a text that may be anything, for an error message. */
  static String excerpt(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
