package io.diffucoder.cli;

import io.diffucoder.api.GenerationMetrics;
import java.util.LinkedHashMap;
import java.util.Map;

/** A benchmark as JSON: everything that is known of it. */
final class BenchJson {
  private BenchJson() {}

  /** The text, of one line. */
  static String of(BenchReport report) {
    Map<String, Object> json = new LinkedHashMap<>(report.circumstances());
    json.put("tasks", report.tasks().name());
    json.put("queries", report.tasks().tasks().stream().map(Task::query).toList());
    json.put("settings", report.summaries().stream().map(BenchJson::summary).toList());
    json.put("samples", report.samples().stream().map(BenchJson::sample).toList());
    return Json.of(json) + "\n";
  }

  private static Map<String, Object> summary(Summary summary) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", summary.setting().name());
    json.put("options", Trace.words(summary.setting().options()));
    json.put("tasks", summary.tasks());
    if (summary.passed().isPresent()) {
      json.put("passed", summary.passed().getAsInt());
      json.put("passRate", summary.passRate());
    }
    json.put("networkEvaluations", summary.networkEvaluations());
    json.put("networkEvaluationsPerTask", summary.networkEvaluationsPerTask());
    json.put("tokens", summary.tokens());
    json.put("tokensPerForward", summary.tokensPerForward());
    json.put("rows", summary.rows());
    json.put("denoiseNanos", summary.denoiseNanos());
    json.put("tokensPerSecond", summary.tokensPerSecond());
    json.put("arNessLocal1", summary.localArNess());
    json.put("arNessGlobal1", summary.globalArNess());
    return json;
  }

  /** The task by its index among the queries. */
  private static Map<String, Object> sample(Scored scored) {
    Sample sample = scored.sample();
    GenerationMetrics metrics = sample.metrics();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("task", sample.task());
    json.put("setting", sample.setting().name());
    scored
        .verdict()
        .ifPresent(verdict -> {
          json.put("passed", verdict.isPassed());
          verdict.objection().ifPresent(reason -> json.put("reason", reason));
        });
    json.put("networkEvaluations", metrics.networkEvaluations());
    json.put("tokens", metrics.generatedTokens());
    json.put("rows", sample.rows());
    json.put("networkNanos", sample.metrics().networkNanos());
    json.put("denoiseNanos", metrics.denoiseNanos());
    json.put("totalNanos", metrics.totalNanos());
    json.put("text", sample.text());
    return json;
  }
}
