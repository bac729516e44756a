package io.diffucoder.sampling;

import io.diffucoder.spi.Scores;

/** The largest n with p(n) ≥ 1 − f / (n + 1), p descending. */
record Factor(float factor) implements SureEnough {
  Factor {
    if (!(factor > 0) || Float.isInfinite(factor)) {
      throw new IllegalArgumentException("the factor must be positive and finite, got " + factor);
    }
  }

  @Override
  public int[] select(Scores scores, CommitContext context) {
    int[] rows = Ranking.surestFirst(scores, Confidence.PROBABILITY);
    int allowed = rows.length;
    while (allowed > 0 && scores.tokenProb()[rows[allowed - 1]] < 1 - factor / (allowed + 1)) {
      allowed--;
    }
    return SureEnough.surest(rows, allowed, context);
  }
}
