package io.diffucoder.examples;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.GenerationRequest;
import java.util.List;

/** Several requests in one forward pass a step; each gets the text that it would get alone. */
final class Together {
  private Together() {}

  static void main() {
    try (var coder = DiffuCoder.loadEmbedded()) {
      List<GenerationRequest> requests =
          List.of(
              GenerationRequest.of("Return the sum of the list nums."),
              GenerationRequest.of("Write a function to check if a string is a palindrome."));
      coder.generateAll(requests).forEach(result -> System.out.println(result.text()));
    }
  }
}
