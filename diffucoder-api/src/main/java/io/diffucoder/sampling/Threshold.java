package io.diffucoder.sampling;

import io.diffucoder.spi.Scores;

/** p ≥ τ·(1 − α·(1 − r)). */
record Threshold(float threshold, float easing) implements SureEnough {
  Threshold {
    if (!(threshold > 0 && threshold <= 1)) {
      throw new IllegalArgumentException(
          "the threshold must be above 0 and at most 1, got " + threshold);
    }
    if (!(easing >= 0 && easing <= 1)) {
      throw new IllegalArgumentException("the easing must be between 0 and 1, got " + easing);
    }
  }

  @Override
  public int[] select(Scores scores, CommitContext context) {
    float needed = threshold * (1 - easing * (1 - context.maskedShare()));
    int[] rows = Ranking.surestFirst(scores, Confidence.PROBABILITY);
    int allowed = 0;
    while (allowed < rows.length && scores.tokenProb()[rows[allowed]] >= needed) {
      allowed++;
    }
    return SureEnough.surest(rows, allowed, context);
  }
}
