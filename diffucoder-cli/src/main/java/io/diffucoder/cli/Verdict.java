package io.diffucoder.cli;

import java.util.Optional;

/**
 * What the tests say of a sample.
 *
 * @param objection why it does not pass; empty if it does
 */
record Verdict(Optional<String> objection) {
  static final Verdict PASSED = new Verdict(Optional.empty());

  static Verdict failed(String reason) {
    return new Verdict(Optional.of(reason));
  }

  boolean isPassed() {
    return objection.isEmpty();
  }
}
