package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.Scores;

/** The five numbers of a row, as {@link Scores} defines them. */
record RowScore(
    int token, double tokenProb, double top1Prob, double top2Prob, double negativeEntropy) {
  /** Of a row whose logits have no distribution. */
  static final RowScore UNDEFINED =
      new RowScore(-1, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  void into(Scores scores, int row) {
    scores.token()[row] = token;
    scores.tokenProb()[row] = (float) tokenProb;
    scores.top1Prob()[row] = (float) top1Prob;
    scores.top2Prob()[row] = (float) top2Prob;
    scores.negativeEntropy()[row] = (float) negativeEntropy;
  }
}
