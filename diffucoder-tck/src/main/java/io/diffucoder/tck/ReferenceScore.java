package io.diffucoder.tck;

import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.TokenFilter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The five numbers of one row of logits, as Dream's {@code sample_tokens} has them.
 *
 * @param decisionGap how much a cumulative probability may be off without another token being kept
 *     or drawn
 * @param orderGap how much a logit, after the temperature, may be off without another token being
 *     the likeliest or among the topK; equals have none
 */
record ReferenceScore(
    int token,
    double tokenProb,
    double top1Prob,
    double top2Prob,
    double negativeEntropy,
    double decisionGap,
    double orderGap) {

  private static final ReferenceScore NO_DISTRIBUTION =
      new ReferenceScore(-1, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 1, 1);

  static ReferenceScore of(double[] logits, int position, ScoreSpec spec) {
    double[] allowed = logits.clone();
    for (int i = 0; i < allowed.length; i++) {
      allowed[i] = spec.banned().contains(i) ? Double.NEGATIVE_INFINITY : allowed[i];
    }
    double max = Arrays.stream(allowed).max().orElseThrow(); // NaN if any is NaN
    if (!Double.isFinite(max)) {
      return NO_DISTRIBUTION;
    }
    TokenFilter filter = spec.filter();
    double[] kept = filtered(allowed, filter);
    double[] q = softmax(kept);
    double gap = topPGap(allowed, filter);
    int token = argmax(kept);
    if (filter.temperature() > 0) {
      double u = spec.random().uniform(RandomKey.Purpose.TOKEN, position);
      token = draw(q, u);
      gap = Math.min(gap, drawGap(q, u));
    }
    double[] measured =
        switch (spec.measured()) {
          case FILTERED -> q;
          case RAW -> softmax(allowed);
        };
    double[] sorted = measured.clone();
    Arrays.sort(sorted);
    return new ReferenceScore(
        token,
        measured[token],
        sorted[sorted.length - 1],
        sorted.length == 1 ? 0 : sorted[sorted.length - 2],
        Arrays.stream(measured).map(p -> p * Math.log(p + 1e-10)).sum(),
        gap,
        orderGap(tempered(allowed, filter.temperature()), filter.topK()));
  }

  void into(Scores scores, int row) {
    scores.token()[row] = token;
    scores.tokenProb()[row] = (float) tokenProb;
    scores.top1Prob()[row] = (float) top1Prob;
    scores.top2Prob()[row] = (float) top2Prob;
    scores.negativeEntropy()[row] = (float) negativeEntropy;
  }

  /** Temperature, then top-p, then top-k; what is cut off becomes −∞. */
  static double[] filtered(double[] logits, TokenFilter filter) {
    return topK(topP(tempered(logits, filter.temperature()), filter.topP()), filter.topK());
  }

  static double[] softmax(double[] logits) {
    double max = Arrays.stream(logits).max().orElseThrow();
    double[] q = Arrays.stream(logits).map(z -> Math.exp(z - max)).toArray();
    double sum = Arrays.stream(q).sum();
    return Arrays.stream(q).map(p -> p / sum).toArray();
  }

  private static double[] tempered(double[] logits, float temperature) {
    return temperature > 0
        ? Arrays.stream(logits).map(z -> z / temperature).toArray()
        : logits.clone();
  }

  private static double[] topP(double[] logits, float topP) {
    if (topP >= 1) {
      return logits;
    }
    double[] q = softmax(logits);
    double[] kept = logits.clone();
    double before = 0; // the mass of the likelier tokens: once it exceeds topP, the rest goes
    boolean first = true;
    for (int id : likeliestFirst(logits)) {
      if (!first && before > topP) {
        kept[id] = Double.NEGATIVE_INFINITY;
      }
      before += q[id];
      first = false;
    }
    return kept;
  }

  private static double[] topK(double[] logits, int topK) {
    if (topK == TokenFilter.NO_TOP_K || topK >= logits.length) {
      return logits;
    }
    double[] sorted = logits.clone();
    Arrays.sort(sorted);
    double least = sorted[sorted.length - topK];
    return Arrays.stream(logits).map(z -> z < least ? Double.NEGATIVE_INFINITY : z).toArray();
  }

  private static int[] likeliestFirst(double[] logits) {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble(id -> 0.0 - logits[id])) // stable, and 0 equals −0
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int argmax(double[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  /** The smallest id whose cumulative probability exceeds u. */
  private static int draw(double[] q, double u) {
    double cumulative = 0;
    int last = -1;
    for (int id = 0; id < q.length; id++) {
      cumulative += q[id];
      if (q[id] > 0) {
        last = id;
        if (cumulative > u) {
          return id;
        }
      }
    }
    return last; // rounding left the sum below u
  }

  private static double drawGap(double[] q, double u) {
    double gap = 1;
    double cumulative = 0;
    for (int id = 0; id < q.length; id++) {
      cumulative += q[id];
      gap = q[id] > 0 && cumulative < 1 - 1e-12 ? Math.min(gap, Math.abs(cumulative - u)) : gap;
    }
    return gap;
  }

  private static double orderGap(double[] logits, int topK) {
    double[] sorted = logits.clone();
    Arrays.sort(sorted);
    int last = sorted.length - 1;
    double gap = last > 0 ? sorted[last] - sorted[last - 1] : 1;
    return topK > 0 && topK <= last
        ? Math.min(gap, sorted[last + 1 - topK] - sorted[last - topK])
        : gap;
  }

  private static double topPGap(double[] logits, TokenFilter filter) {
    double gap = 1;
    if (filter.topP() < 1) {
      double[] q = softmax(tempered(logits, filter.temperature()));
      double cumulative = 0;
      for (int id : likeliestFirst(logits)) {
        cumulative += q[id];
        gap = Math.min(gap, Math.abs(cumulative - filter.topP()));
      }
    }
    return gap;
  }
}
