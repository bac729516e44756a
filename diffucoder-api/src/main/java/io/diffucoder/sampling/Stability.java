package io.diffucoder.sampling;

import io.diffucoder.spi.Scores;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** p ≥ c, and for the last steps the same candidate with D(p ‖ p') < κ. */
record Stability(float minProbability, float maxDivergence, int steps) implements SureEnough {
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
    // In order of confidence; what is stable comes first.
    Map<Boolean, List<Integer>> rows =
        Arrays.stream(Ranking.surestFirst(scores, Confidence.PROBABILITY))
            .boxed()
            .collect(Collectors.partitioningBy(row -> isStable(scores, row, context)));
    List<Integer> stable = rows.getOrDefault(true, List.of());
    List<Integer> others = rows.getOrDefault(false, List.of());
    int[] ordered =
        Stream.concat(stable.stream(), others.stream()).mapToInt(Integer::intValue).toArray();
    return SureEnough.surest(ordered, stable.size(), context);
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
  public int memory() {
    return steps;
  }
}
