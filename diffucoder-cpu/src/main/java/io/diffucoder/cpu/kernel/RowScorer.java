package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.RandomKey.Purpose;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;

/**
 * Scores one row of V logits at a time. Probabilities are kept as exp(logit − maximum) and divided
 * by the float64 sum of those that are kept where they are used.
 */
final class RowScorer {
  private final Kernels kernels;
  private final ScoreSpec spec;
  private final int vocabulary;
  private final float[] logits;
  private final float[] weights;
  private final TokenCut cut;

  RowScorer(Kernels kernels, ScoreSpec spec, int vocabulary, Scratch own) {
    this.kernels = kernels;
    this.spec = spec;
    this.vocabulary = vocabulary;
    this.logits = own.floats(Scratch.Use.ROW, vocabulary);
    this.weights = own.floats(Scratch.Use.PROBABILITIES, vocabulary);
    this.cut = new TokenCut(spec.filter(), logits, weights, own);
  }

  RowScore score(float[] source, int at, int position) {
    System.arraycopy(source, at, logits, 0, vocabulary);
    ban(spec.banned(), logits, 0, vocabulary);
    float max = kernels.max(logits, 0, vocabulary);
    if (!Float.isFinite(max)) {
      return RowScore.UNDEFINED;
    }
    TokenFilter filter = spec.filter();
    boolean draws = filter.temperature() > 0;
    boolean filtered = spec.measured() == ScoreSpec.Measured.FILTERED;
    int token = draws ? -1 : firstAt(max);
    if (draws || filtered) {
      double total = weigh(max, draws ? filter.temperature() : 1);
      int kept = vocabulary;
      if (filter.cuts()) {
        kept = cut.apply(total, vocabulary);
        total = moveToFront(kept);
      }
      double tokenWeight = 1; // the likeliest token's, e^0
      if (draws) {
        int drawn = draw(spec.random().uniform(Purpose.TOKEN, position) * total, kept);
        token = filter.cuts() ? cut.kept()[drawn] : drawn;
        tokenWeight = weights[drawn];
      }
      if (filtered) {
        return measured(token, tokenWeight, total, kept);
      }
    }
    double total = weigh(max, 1);
    return measured(token, weights[token], total, vocabulary);
  }

  /** Takes the share of banned tokens from the logits of ids first … first + count − 1. */
  static void ban(TokenSet banned, float[] logits, int first, int count) {
    for (int i = 0; i < banned.size() && banned.id(i) < first + count; i++) {
      if (banned.id(i) >= first) {
        logits[banned.id(i) - first] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  private double weigh(float max, float temperature) {
    return kernels.exp(logits, max, temperature, weights, vocabulary);
  }

  private int firstAt(float max) {
    int id = 0;
    while (logits[id] != max) {
      id++;
    }
    return id;
  }

  /** Moves the weights of the kept tokens to the front, in order; returns their sum. */
  private double moveToFront(int kept) {
    double total = 0;
    for (int i = 0; i < kept; i++) {
      weights[i] = weights[cut.kept()[i]];
      total += weights[i];
    }
    return total;
  }

  /** Index of the first weight whose cumulative sum exceeds the target. */
  private int draw(double target, int count) {
    double cumulative = 0;
    int last = -1;
    for (int i = 0; i < count; i++) {
      if (weights[i] > 0) {
        cumulative += weights[i];
        last = i;
        if (cumulative > target) {
          return i;
        }
      }
    }
    return last; // the total was rounded up: the last token that has a share
  }

  private RowScore measured(int token, double tokenWeight, double total, int count) {
    float first = 0;
    float second = 0;
    for (int i = 0; i < count; i++) {
      float weight = weights[i];
      if (weight > second) {
        second = Math.min(first, weight);
        first = Math.max(first, weight);
      }
    }
    return new RowScore(
        token,
        tokenWeight / total,
        first / total,
        second / total,
        kernels.negativeEntropy(weights, count, total));
  }
}
