package io.diffucoder.examples;

import io.diffucoder.DiffuCoder;

/** The shortest use: load the embedded model, ask, print. */
final class Hello {
  private Hello() {}

  static void main() {
    try (var coder = DiffuCoder.loadEmbedded()) {
      var result = coder.generate("Write a function to check if a string is a palindrome.");
      System.out.println(result.text());
      System.out.println(result.metrics().networkEvaluations() + " forward passes");
    }
  }
}
