package io.diffucoder.sampling;

import io.diffucoder.spi.Scores;

/** The largest n with H(1) + … + H(n − 1) ≤ γ, H ascending: the n-th is the largest. */
record EntropyBound(float bound) implements SureEnough {
  EntropyBound {
    if (!(bound >= 0) || Float.isInfinite(bound)) {
      throw new IllegalArgumentException(
          "the bound must be at least 0 nats and finite, got " + bound);
    }
  }

  @Override
  public int[] select(Scores scores, CommitContext context) {
    int[] rows = Ranking.surestFirst(scores, Confidence.NEGATIVE_ENTROPY);
    double sum = 0;
    int allowed = 0;
    while (allowed < rows.length && sum <= bound) {
      sum -= scores.negativeEntropy()[rows[allowed]];
      allowed++;
    }
    return SureEnough.surest(rows, allowed, context);
  }
}
