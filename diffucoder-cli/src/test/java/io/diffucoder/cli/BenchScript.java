package io.diffucoder.cli;

import io.diffucoder.api.ArNess;
import io.diffucoder.api.GenerationMetrics;
import io.diffucoder.sampling.GenerationOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Benchmarks of two tasks with numbers by hand. */
final class BenchScript {
  static final TaskFile TASKS =
      TaskFile.parse(
          "tasks <a & b>",
          """
          {"query":"first","tests":[{"args":[],"expected":1}]}
          {"query":"second","tests":[{"args":[],"expected":2}]}
          """);

  private BenchScript() {}

  static Setting setting(String name) {
    return new Setting(name, GenerationOptions.BASE.withMaxNewTokens(48));
  }

  /** This many forward passes of 60 rows, 12 tokens, half a second; from left to right. */
  static GenerationMetrics metrics(int networkEvaluations) {
    ArNess leftToRight = new ArNess(List.of(5, 6, 7));
    return new GenerationMetrics(
        networkEvaluations,
        60L * networkEvaluations,
        12,
        30,
        0,
        500_000_000,
        400_000_000,
        0,
        leftToRight);
  }

  /** The first task with 48 passes and the second with 24; both answered, the second wrongly. */
  static BenchReport report(String... names) {
    List<Setting> settings = new ArrayList<>();
    List<Scored> samples = new ArrayList<>();
    for (String name : names) {
      Setting setting = setting(name);
      settings.add(setting);
      samples.add(scored(new Sample(0, setting, "one", metrics(48)), Verdict.PASSED));
      samples.add(scored(new Sample(1, setting, "two", metrics(24)), Verdict.failed("test 1: no")));
    }
    return BenchReport.of(circumstances(), TASKS, settings, samples);
  }

  /** The same, but nothing was checked. */
  static BenchReport unchecked(String name) {
    BenchReport checked = report(name);
    List<Scored> samples =
        checked.samples().stream().map(s -> new Scored(s.sample(), Optional.empty())).toList();
    return BenchReport.of(circumstances(), TASKS, List.of(setting(name)), samples);
  }

  private static Scored scored(Sample sample, Verdict verdict) {
    return new Scored(sample, Optional.of(verdict));
  }

  private static Map<String, String> circumstances() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("model", "tiny");
    words.put("backend", "cpu");
    words.put("device", "a processor");
    words.put("warmup", "3");
    return words;
  }
}
