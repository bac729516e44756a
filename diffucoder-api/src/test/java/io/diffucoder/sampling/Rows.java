package io.diffucoder.sampling;

import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Scores written by hand, and steps to judge them in. */
final class Rows {
  private Rows() {}

  /** Rows with these probabilities of their candidates, 7, 7, 7, …; all else is as it may be. */
  static Scores withProbabilities(double... probabilities) {
    Scores scores = Scores.ofRows(probabilities.length);
    for (int row = 0; row < probabilities.length; row++) {
      scores.token()[row] = 7;
      scores.tokenProb()[row] = (float) probabilities[row];
      scores.top1Prob()[row] = (float) probabilities[row];
    }
    return scores;
  }

  /** Rows with these entropies, in nats. */
  static Scores withEntropies(double... entropies) {
    Scores scores = Scores.ofRows(entropies.length);
    for (int row = 0; row < entropies.length; row++) {
      scores.negativeEntropy()[row] = (float) -entropies[row];
    }
    return scores;
  }

  /** A step without a quota, on a block of which this share is undecided. */
  static CommitContext step(int rows, double maskedShare, Scores... past) {
    return step(rows, 0, maskedShare, past);
  }

  /** A step with a quota. */
  static CommitContext step(int rows, int quota, double maskedShare, Scores... past) {
    int[] positions = IntStream.range(10, 10 + rows).toArray();
    return new CommitContext(
        positions, quota, 0.1f, new RandomKey(0, 0), (float) maskedShare, List.of(past));
  }

  /** The rows that a rule commits in a step without a quota. */
  static List<Integer> select(CommitPolicy policy, Scores scores) {
    return select(policy, scores, step(scores.rows(), 1));
  }

  /** The rows that a rule commits; a rule of this kind reads the raw distribution. */
  static List<Integer> select(CommitPolicy policy, Scores scores, CommitContext context) {
    if (policy.measured() != ScoreSpec.Measured.RAW) {
      throw new AssertionError(policy + " must measure the raw distribution");
    }
    return Arrays.stream(policy.select(scores, context)).boxed().toList();
  }
}
