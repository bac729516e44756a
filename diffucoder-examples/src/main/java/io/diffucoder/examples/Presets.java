package io.diffucoder.examples;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.GenerationMetrics;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.sampling.Preset;

/** The same request from exact to fast: fewer passes, and fewer rows in each. */
final class Presets {
  private Presets() {}

  static void main() {
    try (var coder = DiffuCoder.loadEmbedded()) {
      var request = GenerationRequest.of("Write a function to check if a string is a palindrome.");
      for (Preset preset : Preset.values()) {
        GenerationResult result = coder.generate(request.with(coder.options(preset)));
        GenerationMetrics metrics = result.metrics();
        System.out.printf(
            "%-9s %2d passes, %4d rows, %.2f tokens per forward:%n%s%n",
            preset,
            metrics.networkEvaluations(),
            metrics.rowsComputed(),
            metrics.tokensPerForward(),
            result.text());
      }
    }
  }
}
