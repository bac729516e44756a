package io.diffucoder.examples;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.sampling.GenerationOptions;

/** Fewer steps are faster and lose quality: the basic trade of a diffusion model. */
final class FewerSteps {
  private FewerSteps() {}

  static void main() {
    try (var coder = DiffuCoder.loadEmbedded()) {
      for (int steps : new int[] {48, 24, 12}) {
        GenerationOptions options = coder.defaults().withSteps(steps);
        GenerationResult result =
            coder.generate(
                GenerationRequest.of("Write a function that reverses a string.").with(options));
        System.out.printf(
            "%d steps, %.2f tokens per forward, local AR-ness %.2f:%n%s%n",
            steps,
            result.metrics().tokensPerForward(),
            result.metrics().arNess().local(1),
            result.text());
      }
    }
  }
}
