package io.diffucoder.examples;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.GenerationEvent;
import io.diffucoder.api.GenerationRequest;

/** A stream has both views: edits of the canvas, and text that only grows. */
final class StreamText {
  private StreamText() {}

  static void main() {
    try (var coder = DiffuCoder.loadEmbedded();
        var events =
            coder.stream(GenerationRequest.of("Return the largest number in the list nums."))) {
      events.forEach(event -> {
        switch (event) {
          case GenerationEvent.Started started ->
              System.out.println("prompt of " + started.promptTokens() + " tokens");
          case GenerationEvent.Step _ -> {}
          case GenerationEvent.Text text -> System.out.print(text.text());
          case GenerationEvent.Finished finished ->
              System.out.println("\n" + finished.result().finishReason());
        }
      });
    }
  }
}
