package io.diffucoder.cli;

import java.util.Optional;

/**
 * A sample and what its tests say.
 *
 * @param sample the sample
 * @param verdict empty if its tests were not run
 */
record Scored(Sample sample, Optional<Verdict> verdict) {
  boolean isPassed() {
    return verdict.map(Verdict::isPassed).orElse(false);
  }
}
