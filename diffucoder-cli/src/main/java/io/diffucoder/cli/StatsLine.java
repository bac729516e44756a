package io.diffucoder.cli;

import io.diffucoder.api.GenerationMetrics;
import io.diffucoder.api.GenerationResult;
import java.util.Locale;

/** What a generation took, in one line. */
final class StatsLine {
  private StatsLine() {}

  static String of(GenerationResult result) {
    GenerationMetrics metrics = result.metrics();
    return String.format(
        Locale.ROOT,
        "%d tokens in %.2f s · %.1f tokens/s · NFE %d · %.2f tokens/forward"
            + " · AR-ness@1 %.2f local, %.2f global · %s",
        metrics.generatedTokens(),
        metrics.totalNanos() / 1e9,
        metrics.tokensPerSecond(),
        metrics.networkEvaluations(),
        metrics.tokensPerForward(),
        metrics.arNess().local(1),
        metrics.arNess().global(1),
        ending(result));
  }

  private static String ending(GenerationResult result) {
    return switch (result.finishReason()) {
      case END_TOKEN -> "ended by itself";
      case LENGTH -> "canvas full, a larger -n leaves more room";
      case CANCELLED -> "interrupted";
    };
  }
}
