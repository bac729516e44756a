package io.diffucoder.tck;

import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;

/**
 * The defined scores of a matrix of logits, to compare a backend's with. Rows whose token hangs on
 * less than float32 can tell are left out.
 */
final class ScoreCheck {
  /** A cumulative probability this close to a threshold may fall on either side in float32. */
  private static final double UNDECIDED = 1e-5;

  private final Matrix logits;
  private final ScoreSpec spec;
  private final ReferenceScore[] definition;
  private final double allowance;

  private ScoreCheck(Matrix logits, ScoreSpec spec, ReferenceScore[] definition, double allowance) {
    this.logits = logits;
    this.spec = spec;
    this.definition = definition;
    this.allowance = allowance;
  }

  static ScoreCheck of(Matrix logits, int[] positions, ScoreSpec spec) {
    ReferenceScore[] definition = new ReferenceScore[logits.rows()];
    for (int r = 0; r < logits.rows(); r++) {
      double[] row = new double[logits.cols()];
      for (int c = 0; c < row.length; c++) {
        row[c] = logits.at(r, c);
      }
      definition[r] = ReferenceScore.of(row, positions[r], spec);
    }
    return new ScoreCheck(logits, spec, definition, 0);
  }

  /** The same for logits that may be off by this much, after the temperature. */
  ScoreCheck allowing(double logitError) {
    return new ScoreCheck(logits, spec, definition, 2 * logitError);
  }

  /** Fails at the first wrong number; returns how many rows were compared. */
  int check(String what, Scores actual) {
    Scores expected = Scores.ofRows(logits.rows());
    int decided = 0;
    for (int r = 0; r < logits.rows(); r++) {
      if (isDecided(definition[r])) {
        definition[r].into(expected, r);
        decided++;
      } else {
        copyRow(actual, r, expected);
      }
    }
    Matrix wanted = Matrix.of(expected);
    new Tolerance(tolerance().relative() + allowance)
        .check(
            what + " [token, tokenProb, top1Prob, top2Prob, negativeEntropy] with " + spec,
            wanted,
            Tolerance.scoreMagnitudes(wanted, logits.cols()),
            Matrix.of(actual));
    return decided;
  }

  private boolean isDecided(ReferenceScore row) {
    return row.decisionGap() > UNDECIDED + allowance
        && (allowance == 0 || row.orderGap() > allowance);
  }

  private static void copyRow(Scores from, int row, Scores to) {
    to.token()[row] = from.token()[row];
    to.tokenProb()[row] = from.tokenProb()[row];
    to.top1Prob()[row] = from.top1Prob()[row];
    to.top2Prob()[row] = from.top2Prob()[row];
    to.negativeEntropy()[row] = from.negativeEntropy()[row];
  }

  private Tolerance tolerance() {
    float temperature = spec.filter().temperature();
    double sharpening = temperature > 0 ? Math.max(1, 1 / temperature) : 1;
    double largest = 0;
    for (float logit : logits.values()) {
      largest = Float.isFinite(logit) ? Math.max(largest, Math.abs(logit)) : largest;
    }
    return Tolerance.score(logits.cols(), largest * sharpening);
  }
}
