package io.diffucoder.sampling;

import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;

/** p ≥ c, and for the last steps the same candidate with D(p ‖ p') < κ. */
record Stability(float minProbability, float maxDivergence, int steps) implements CommitPolicy {
  Stability {
    if (!(minProbability > 0 && minProbability <= 1)) {
      throw new IllegalArgumentException(
          "the least probability must be above 0 and at most 1, got " + minProbability);
    }
    if (!(maxDivergence > 0)) {
      throw new IllegalArgumentException(
          "the largest divergence must be positive, got " + maxDivergence);
    }
    if (steps <= 0) {
      throw new IllegalArgumentException("the number of steps must be positive, got " + steps);
    }
  }

  @Override
  public int[] select(Scores scores, CommitContext context) {
    int[] rows = Ranking.surestFirst(scores, Confidence.PROBABILITY);
    // Not in order of confidence alone, so what is allowed is moved to the front.
    int[] ordered = new int[rows.length];
    int allowed = 0;
    for (int row : rows) {
      if (isStable(scores, row, context)) {
        ordered[allowed++] = row;
      }
    }
    int next = allowed;
    for (int row : rows) {
      if (!isStable(scores, row, context)) {
        ordered[next++] = row;
      }
    }
    return Ranking.surest(ordered, allowed, context);
  }

  private boolean isStable(Scores scores, int row, CommitContext context) {
    if (scores.tokenProb()[row] < minProbability || context.past().size() < steps) {
      return false;
    }
    Scores now = scores;
    for (int back = 0; back < steps; back++) {
      Scores before = context.past().get(back);
      if (before.token()[row] != scores.token()[row]
          || !(divergence(now.tokenProb()[row], before.tokenProb()[row]) < maxDivergence)) {
        return false;
      }
      now = before;
    }
    return true;
  }

  /** Σ p·ln(p/q) over {candidate, any other}, in nats. */
  static double divergence(double p, double q) {
    return part(p, q) + part(1 - p, 1 - q);
  }

  private static double part(double p, double q) {
    return p <= 0 ? 0 : p * Math.log(p / q);
  }

  @Override
  public ScoreSpec.Measured measured() {
    return ScoreSpec.Measured.RAW;
  }

  @Override
  public int memory() {
    return steps;
  }
}
