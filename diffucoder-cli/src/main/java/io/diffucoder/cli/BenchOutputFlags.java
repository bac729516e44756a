package io.diffucoder.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say where a benchmark is written to, besides the table. */
final class BenchOutputFlags {
  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write everything to a file (.json): machine, options, every answer.")
  @Nullable Path json;

  @Option(
      names = "--svg",
      paramLabel = "FILE",
      description = "Write a picture (.svg): pass@1 against forward passes.")
  @Nullable Path svg;

  /** Rejects files that could not be written: worth knowing before anything runs. */
  void check() {
    check("--json", json, ".json");
    check("--svg", svg, ".svg");
  }

  private static void check(String option, @Nullable Path file, String ending) {
    if (file == null) {
      return;
    }
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(ending)) {
      throw new IllegalArgumentException(
          "%s writes a file that ends in %s, got '%s'".formatted(option, ending, file));
    }
    OutputFile.requireDirectory(option, file);
  }

  /** Writes the files that are wanted. */
  void write(BenchReport report) throws IOException {
    if (json != null) {
      Files.writeString(json, BenchJson.of(report));
    }
    if (svg != null) {
      Files.writeString(svg, BenchPicture.svg(report));
    }
  }
}
