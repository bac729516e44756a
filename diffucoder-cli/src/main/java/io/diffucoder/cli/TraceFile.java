package io.diffucoder.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes a run to a file, of the kind that the file's name asks for. */
final class TraceFile {
  private TraceFile() {}

  /** Rejects names of another kind: worth knowing before a model is loaded. */
  static void check(Path file) {
    if (!isPage(file) && !isPicture(file)) {
      throw new IllegalArgumentException(
          "--trace writes a page (.html) or a picture (.svg), got '%s'".formatted(file));
    }
    OutputFile.requireDirectory("--trace", file);
  }

  static void write(Trace trace, Path file) throws IOException {
    Files.writeString(file, isPage(file) ? TracePage.html(trace) : SvgPicture.svg(trace));
  }

  private static boolean isPage(Path file) {
    String name = name(file);
    return name.endsWith(".html") || name.endsWith(".htm");
  }

  private static boolean isPicture(Path file) {
    return name(file).endsWith(".svg");
  }

  private static String name(Path file) {
    return file.toString().toLowerCase(Locale.ROOT);
  }
}
