package io.diffucoder.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say what is printed besides the text. */
final class OutputFlags {
  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "Write the run to a file: a page that replays it (.html) or a picture of its stages"
              + " (.svg).")
  @Nullable Path trace;

  @Option(names = "--stats", description = "Print what it took, even when piped.")
  boolean stats;

  @Option(names = "--quiet", description = "The text alone: no drawing, no statistics.")
  boolean quiet;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description = "${COMPLETION-CANDIDATES}; default: auto.")
  Palette.Choice color = Palette.Choice.AUTO;

  /** Rejects contradictions, and traces that cannot be written. */
  void check() {
    if (quiet && stats) {
      throw new IllegalArgumentException("--quiet and --stats contradict; leave one out");
    }
    if (trace != null) {
      TraceFile.check(trace);
    }
  }
}
