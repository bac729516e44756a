package io.diffucoder.examples;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.sampling.CommitPolicy;
import java.util.stream.IntStream;

/** A commit rule is a pure function of scores and step. This one makes the model autoregressive. */
final class OwnCommitPolicy {
  private OwnCommitPolicy() {}

  static void main() {
    CommitPolicy leftToRight = (scores, context) -> IntStream.range(0, context.quota()).toArray();
    try (var coder = DiffuCoder.loadEmbedded()) {
      var result =
          coder.generate(
              GenerationRequest.of("Return the sum of the list nums.")
                  .with(coder.defaults().withPolicy(leftToRight)));
      System.out.println(result.text());
      System.out.println("AR-ness " + result.metrics().arNess().local(1));
    }
  }
}
