package io.diffucoder.examples;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.CancellationToken;
import io.diffucoder.api.GenerationRequest;

/** An editor stops a generation when the user types on; what was decided is kept. */
final class CancelFromAnotherThread {
  private CancelFromAnotherThread() {}

  static void main() throws InterruptedException {
    CancellationToken cancellation = new CancellationToken();
    try (var coder = DiffuCoder.loadEmbedded()) {
      Thread user = new Thread(cancellation::cancel);
      var result =
          coder.generate(
              GenerationRequest.of("Return the sum of the list nums.")
                  .with(cancellation)
                  .with(step -> {
                    if (step.step() == 5) {
                      user.start();
                    }
                  }));
      user.join();
      System.out.println(
          result.finishReason() + " after " + result.metrics().networkEvaluations() + " steps");
    }
  }
}
