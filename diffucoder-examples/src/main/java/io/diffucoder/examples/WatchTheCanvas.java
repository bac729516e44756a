package io.diffucoder.examples;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.sampling.StepEvent;
import io.diffucoder.sampling.StepListener;

/** Tokens are committed out of order: a listener sees each step's edits of the canvas. */
final class WatchTheCanvas {
  private WatchTheCanvas() {}

  static void main() {
    try (var coder = DiffuCoder.loadEmbedded()) {
      StepListener print =
          step -> {
            for (StepEvent.Commit commit : step.commits()) {
              System.out.printf(
                  "step %2d: position %2d becomes %-12s (probability %.2f)%n",
                  step.step(),
                  commit.position(),
                  coder.tokenText(commit.token()).replace("\n", "\\n"),
                  commit.probability());
            }
          };
      coder.generate(
          GenerationRequest.of(
                  "Return the sum of the squares of the even numbers in the list nums.")
              .with(print));
    }
  }
}
