package io.diffucoder;

import io.diffucoder.sampling.EndTokenRule;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.TokenSet;

/**
 * The end tokens of a block that are predicted too early: a position before them is undecided and
 * predicts no end.
 */
final class EarlyEnds {
  private EarlyEnds() {}

  /** What may be committed, and how sure it is once early end tokens are penalised. */
  static Scored penalised(Scored undecided, EndTokenRule rule, TokenSet ends) {
    if (rule.earlyPenalty() == 1) {
      return undecided;
    }
    boolean[] early = early(undecided.scores(), ends);
    return Float.isInfinite(rule.earlyPenalty())
        ? undecided.rows(row -> !early[row])
        : new Scored(
            undecided.positions(), divided(undecided.scores(), early, rule.earlyPenalty()));
  }

  private static boolean[] early(Scores scores, TokenSet ends) {
    boolean[] early = new boolean[scores.rows()];
    boolean textBefore = false;
    for (int row = 0; row < early.length; row++) {
      boolean end = ends.contains(scores.token()[row]);
      early[row] = end && textBefore;
      textBefore |= !end;
    }
    return early;
  }

  /** Probabilities divided, and as many nats less sure where entropy decides. */
  private static Scores divided(Scores scores, boolean[] early, float penalty) {
    Scores changed = scores.slice(0, scores.rows());
    for (int row = 0; row < early.length; row++) {
      if (early[row]) {
        changed.tokenProb()[row] /= penalty;
        changed.top1Prob()[row] /= penalty;
        changed.top2Prob()[row] /= penalty;
        changed.negativeEntropy()[row] -= (float) Math.log(penalty);
      }
    }
    return changed;
  }
}
