package io.diffucoder.jmh;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** Where the time of a step goes, by operation: samples that JFR takes of all running threads. */
final class Profile {
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final double NANOS = 15e9;
  private static final String LINEAR = "linear";

  /** Which operation a class of the CPU backend works for; others work for their callers. */
  private static final Map<String, String> OPERATIONS =
      Map.ofEntries(
          Map.entry("VectorTiles", LINEAR + ", multiply"),
          Map.entry("VectorWiden", LINEAR + ", widen weights"),
          Map.entry("VectorBlocks", LINEAR + ", widen weights"),
          Map.entry("VectorSuperBlocks", LINEAR + ", widen weights"),
          Map.entry("PackedRows", LINEAR + ", pack input"),
          Map.entry("Product", LINEAR + ", add lanes"),
          Map.entry("Linear", LINEAR + ", write output"),
          Map.entry("Attention", "attention"),
          Map.entry("VectorProduct", "attention"),
          Map.entry("Score", "score"),
          Map.entry("HeadScorer", "score"),
          Map.entry("RowScorer", "score"),
          Map.entry("StripeSummaries", "score"),
          Map.entry("TokenCut", "score"),
          Map.entry("RmsNorm", "norm"),
          Map.entry("Rope", "rope"),
          Map.entry("RopeTable", "rope"),
          Map.entry("Swiglu", "swiglu"),
          Map.entry("Add", "add"),
          Map.entry("CopyRows", "copy rows"),
          Map.entry("Embed", "embed"),
          Map.entry("WorkerPool", "wait for work"));

  private final Map<String, Integer> samples = new HashMap<>();
  private int total;

  private Profile() {}

  /** Runs a case twice to compile it, then for some seconds, and at least once, in full view. */
  static Profile of(Case running) {
    running.run();
    running.run();
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
      recording.start();
      long end = System.nanoTime() + (long) NANOS;
      do {
        running.run();
      } while (System.nanoTime() < end);
      recording.stop();
      return read(recording);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Profile read(Recording recording) throws IOException {
    Path file = Files.createTempFile("profile", ".jfr");
    try {
      recording.dump(file);
      Profile profile = new Profile();
      for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
        if (event.getEventType().getName().equals("jdk.ExecutionSample")) {
          profile.add(event.getStackTrace().getFrames());
        }
      }
      return profile;
    } finally {
      Files.delete(file);
    }
  }

  private void add(List<RecordedFrame> frames) {
    samples.merge(operation(frames), 1, Integer::sum);
    total++;
  }

  /** What the innermost frame with a name works for. */
  private static String operation(List<RecordedFrame> frames) {
    for (RecordedFrame frame : frames) {
      String name = frame.getMethod().getType().getName();
      String inPackage = name.substring(name.lastIndexOf('.') + 1);
      int nested = inPackage.indexOf('$');
      String known = OPERATIONS.get(nested < 0 ? inPackage : inPackage.substring(0, nested));
      if (known != null && name.startsWith("io.diffucoder.cpu")) {
        return known;
      }
    }
    return "other";
  }

  /** Prints a line for each operation, and what is not linear. */
  void print(PrintStream out) {
    int linear = 0;
    for (Map.Entry<String, Integer> entry : samples.entrySet()) {
      linear += entry.getKey().startsWith(LINEAR) ? entry.getValue() : 0;
    }
    samples.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(e -> out.printf("%-28s %5.1f %%%n", e.getKey(), 100.0 * e.getValue() / total));
    out.printf("%-28s %5.1f %%  of %d samples%n", "linear in all", 100.0 * linear / total, total);
    out.printf("%-28s %5.1f %%%n", "all else", 100.0 * (total - linear) / total);
  }

  /** Samples that were taken. */
  int total() {
    return total;
  }
}
