package io.diffucoder.examples;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.sampling.BlockSchedule;
import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.DecodingPlan;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.Lookahead;
import io.diffucoder.sampling.WindowPolicy;

/** A plan of your own: a line at a time, a small window, three branches, an entropy bound. */
final class OwnDecodingPlan {
  private OwnDecodingPlan() {}

  static void main() {
    try (var coder = DiffuCoder.loadEmbedded()) {
      DecodingPlan plan =
          DecodingPlan.REFERENCE
              .withBlocks(BlockSchedule.lines(32, 0.5f))
              .withWindow(WindowPolicy.prefixCache(16))
              .withLookahead(Lookahead.branches(3));
      GenerationOptions options =
          coder.defaults().withPolicy(CommitPolicy.entropyBound(0.02f)).withPlan(plan);
      var result =
          coder.generate(
              GenerationRequest.of("Write a function that reverses a string.").with(options));
      System.out.println(result.text());
      result
          .steps()
          .forEach(step -> System.out.println(step.step() + ": " + step.commits().size()));
    }
  }
}
