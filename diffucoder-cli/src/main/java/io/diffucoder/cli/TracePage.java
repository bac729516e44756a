package io.diffucoder.cli;

import io.diffucoder.api.ArNess;
import io.diffucoder.api.GenerationMetrics;
import io.diffucoder.sampling.StepEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** One self-contained HTML page that replays a run; its template is {@code trace.html}. */
final class TracePage {
  /** Stands once in the template, where the run's JSON goes. */
  static final String PLACEHOLDER = "@TRACE@";

  private static final int AR_NESS_UP_TO = 4;

  private TracePage() {}

  /** The page. */
  static String html(Trace trace) throws IOException {
    try (InputStream template = TracePage.class.getResourceAsStream("trace.html")) {
      if (template == null) {
        throw new IOException("trace.html is missing beside " + TracePage.class.getName());
      }
      return new String(template.readAllBytes(), StandardCharsets.UTF_8)
          .replace(PLACEHOLDER, Json.of(content(trace)));
    }
  }

  private static Map<String, Object> content(Trace trace) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("model", trace.model());
    content.put("backend", trace.backend());
    content.put("prompt", trace.prompt());
    content.put("options", trace.options());
    content.put("metrics", metrics(trace));
    content.put("size", trace.size());
    content.put("steps", steps(trace));
    content.put("tokens", tokens(trace));
    content.put("text", trace.result().text());
    return content;
  }

  private static Map<String, Object> metrics(Trace trace) {
    GenerationMetrics metrics = trace.result().metrics();
    ArNess arNess = metrics.arNess();
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("tokens", metrics.generatedTokens());
    numbers.put("promptTokens", metrics.promptTokens());
    numbers.put("networkEvaluations", metrics.networkEvaluations());
    numbers.put("tokensPerForward", metrics.tokensPerForward());
    numbers.put("tokensPerSecond", metrics.tokensPerSecond());
    numbers.put("seconds", metrics.totalNanos() / 1e9);
    numbers.put("arNessLocal", upToFour(arNess::local));
    numbers.put("arNessGlobal", upToFour(arNess::global));
    numbers.put("finish", trace.result().finishReason().name());
    return numbers;
  }

  private static List<Double> upToFour(IntToDoubleFunction measure) {
    return IntStream.rangeClosed(1, AR_NESS_UP_TO).mapToDouble(measure).boxed().toList();
  }

  /** A step's milliseconds, and its commits as position after the prompt, token, p and entropy. */
  private static List<Map<String, Object>> steps(Trace trace) {
    int promptTokens = trace.result().promptTokens();
    return trace.result().steps().stream()
        .map(step ->
            Map.<String, Object>of(
                "milliseconds", step.elapsedNanos() / 1e6,
                "networkEvaluations", step.networkEvaluations(),
                "commits", step.commits().stream().map(c -> row(c, promptTokens)).toList()))
        .toList();
  }

  private static List<Object> row(StepEvent.Commit commit, int promptTokens) {
    return List.of(
        commit.position() - promptTokens,
        commit.token(),
        rounded(commit.probability()),
        rounded(Math.max(0, -commit.negativeEntropy())));
  }

  private static double rounded(double value) {
    return Double.isFinite(value) ? Math.round(value * 1e5) / 1e5 : 0;
  }

  /** The text of every token that was committed, by id. */
  private static Map<Integer, String> tokens(Trace trace) {
    Map<Integer, String> texts = new TreeMap<>();
    for (StepEvent step : trace.result().steps()) {
      for (StepEvent.Commit commit : step.commits()) {
        texts.computeIfAbsent(commit.token(), trace.tokenText()::apply);
      }
    }
    return texts;
  }
}
