package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.RandomKey.Purpose;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;

/**
 * Scores one row of V logits at a time. Probabilities are kept as exp(logit − maximum), the removed
 * tokens' set to 0, and divided by their float64 sum where they are used.
 */
final class RowScorer {
  private final Kernels kernels;
  private final ScoreSpec spec;
  private final int vocabulary;
  private final float[] logits;
  private final float[] weights;
  private final TokenCut cut;

  private int token;
  private double tokenProb;
  private double top1Prob;
  private double top2Prob;
  private double negativeEntropy;

  RowScorer(Kernels kernels, ScoreSpec spec, int vocabulary, Scratch own) {
    this.kernels = kernels;
    this.spec = spec;
    this.vocabulary = vocabulary;
    this.logits = own.floats(Scratch.Use.ROW, vocabulary);
    this.weights = own.floats(Scratch.Use.PROBABILITIES, vocabulary);
    this.cut = new TokenCut(spec.filter(), logits, weights, vocabulary);
  }

  void score(float[] source, int at, int position) {
    System.arraycopy(source, at, logits, 0, vocabulary);
    ban(spec.banned());
    float max = kernels.max(logits, vocabulary);
    if (Float.isNaN(max) || Float.isInfinite(max)) {
      undefined();
      return;
    }
    TokenFilter filter = spec.filter();
    boolean draws = filter.temperature() > 0;
    boolean filtered = spec.measured() == ScoreSpec.Measured.FILTERED;
    token = draws ? -1 : firstAt(max);
    if (draws || filtered) {
      double total = weigh(max, draws ? filter.temperature() : 1);
      if (filter.cuts()) {
        total = cut.apply(total);
      }
      if (draws) {
        token = draw(spec.random().uniform(Purpose.TOKEN, position) * total);
      }
      if (filtered) {
        measure(total);
        return;
      }
    }
    measure(weigh(max, 1));
  }

  void store(Scores into, int row) {
    into.token()[row] = token;
    into.tokenProb()[row] = (float) tokenProb;
    into.top1Prob()[row] = (float) top1Prob;
    into.top2Prob()[row] = (float) top2Prob;
    into.negativeEntropy()[row] = (float) negativeEntropy;
  }

  private void ban(TokenSet banned) {
    for (int i = 0; i < banned.size() && banned.id(i) < vocabulary; i++) {
      logits[banned.id(i)] = Float.NEGATIVE_INFINITY;
    }
  }

  private void undefined() {
    token = -1;
    tokenProb = Double.NaN;
    top1Prob = Double.NaN;
    top2Prob = Double.NaN;
    negativeEntropy = Double.NaN;
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

  /** The first token whose cumulative weight exceeds the target. */
  private int draw(double target) {
    double cumulative = 0;
    int last = -1;
    for (int id = 0; id < vocabulary; id++) {
      if (weights[id] > 0) {
        cumulative += weights[id];
        last = id;
        if (cumulative > target) {
          return id;
        }
      }
    }
    return last; // the total was rounded up: the last token that has a share
  }

  private void measure(double total) {
    float first = 0;
    float second = 0;
    for (int id = 0; id < vocabulary; id++) {
      float weight = weights[id];
      if (weight > second) {
        second = Math.min(first, weight);
        first = Math.max(first, weight);
      }
    }
    tokenProb = weights[token] / total;
    top1Prob = first / total;
    top2Prob = second / total;
    negativeEntropy = kernels.negativeEntropy(weights, vocabulary, total);
  }
}
