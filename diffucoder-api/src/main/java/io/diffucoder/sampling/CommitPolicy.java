package io.diffucoder.sampling;

import io.diffucoder.spi.Scores;

/**
 * Which masked positions a step commits: a pure function of scores and step. Ties go to the lower
 * position.
 */
@FunctionalInterface
public interface CommitPolicy {

  /**
   * The rows to commit.
   *
   * @param scores finite scores, one row for each of the context's positions
   * @return indices of rows, surest first, each at most once; may be empty
   */
  int[] select(Scores scores, CommitContext context);

  /** The quota of surest positions: {@code maskgit_plus}, {@code topk_margin}, {@code entropy}. */
  static CommitPolicy topConfidence(Confidence confidence) {
    return new TopConfidence(confidence, 0);
  }

  /**
   * A quota of positions drawn without replacement with weights softmax(confidence /
   * selectionTemperature): {@code alg_temp}. At 0 the surest are taken.
   *
   * @throws IllegalArgumentException if the temperature is negative or not finite
   */
  static CommitPolicy topConfidence(Confidence confidence, float selectionTemperature) {
    return new TopConfidence(confidence, selectionTemperature);
  }

  /**
   * Each position with the schedule's probability, whatever its confidence: {@code origin}. The
   * last step commits all.
   */
  static CommitPolicy random() {
    return RandomCommit.INSTANCE;
  }
}
