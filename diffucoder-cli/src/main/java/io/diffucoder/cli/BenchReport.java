package io.diffucoder.cli;

import io.diffucoder.DiffuCoder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A finished benchmark.
 *
 * @param circumstances what it ran on, in words, by name
 * @param tasks what was asked
 * @param summaries one for each setting, in their order
 * @param samples every answer, in the order in which they were made
 */
record BenchReport(
    Map<String, String> circumstances,
    TaskFile tasks,
    List<Summary> summaries,
    List<Scored> samples) {
  BenchReport {
    summaries = List.copyOf(summaries);
    samples = List.copyOf(samples);
  }

  /** Sums up what the settings did. */
  static BenchReport of(
      Map<String, String> circumstances,
      TaskFile tasks,
      List<Setting> settings,
      List<Scored> samples) {
    return new BenchReport(
        circumstances,
        tasks,
        settings.stream().map(setting -> Summary.of(setting, samples)).toList(),
        samples);
  }

  /** The machine, the model, the time. */
  static Map<String, String> circumstances(DiffuCoder coder, int warmup) {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("model", Trace.nameOf(coder.info().source()));
    words.put("backend", coder.backend().name());
    words.put("device", coder.backend().device());
    words.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    words.put("arch", System.getProperty("os.arch"));
    words.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    words.put("java", Runtime.version().toString());
    words.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    words.put("warmup", String.valueOf(warmup));
    return words;
  }
}
