package io.diffucoder.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is to be written. */
final class OutputFile {
  private OutputFile() {}

  /** Rejects a file in a directory that is not there: worth knowing before anything runs. */
  static void requireDirectory(String option, Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          "%s %s: there is no directory %s; create it first".formatted(option, file, directory));
    }
  }
}
