package io.diffucoder.spi;

/**
 * Five numbers for each of M scored rows. With q the measured distribution of a row:
 *
 * <p>A row whose logits are not finite enough to have a distribution (a NaN, a +∞, or no finite
 * logit that is not banned) has token −1 and NaN in the four others.
 *
 * @param token the candidate: most likely at temperature 0 (ties by lower id), else drawn by
 *     inverting the cumulative distribution of the kept tokens in ascending id order at the row's
 *     uniform number
 * @param tokenProb q(token)
 * @param top1Prob the largest q
 * @param top2Prob the second largest q, counting equals; 0 if only one token is kept
 * @param negativeEntropy Σ q·ln(q + 1e-10), at most about 0; higher is surer
 */
public record Scores(
    int[] token, float[] tokenProb, float[] top1Prob, float[] top2Prob, float[] negativeEntropy) {
  public Scores {
    int rows = token.length;
    if (tokenProb.length != rows
        || top1Prob.length != rows
        || top2Prob.length != rows
        || negativeEntropy.length != rows) {
      throw new IllegalArgumentException(
          "scores need five arrays of one length, got %d, %d, %d, %d, %d"
              .formatted(
                  rows,
                  tokenProb.length,
                  top1Prob.length,
                  top2Prob.length,
                  negativeEntropy.length));
    }
  }

  /** Room for this many rows; a backend fills the arrays and then hands them over. */
  public static Scores ofRows(int rows) {
    return new Scores(
        new int[rows], new float[rows], new float[rows], new float[rows], new float[rows]);
  }

  /** Number of rows M. */
  public int rows() {
    return token.length;
  }

  /** A copy of rows start … start + count − 1. */
  public Scores slice(int start, int count) {
    Scores part = ofRows(count);
    System.arraycopy(token, start, part.token, 0, count);
    System.arraycopy(tokenProb, start, part.tokenProb, 0, count);
    System.arraycopy(top1Prob, start, part.top1Prob, 0, count);
    System.arraycopy(top2Prob, start, part.top2Prob, 0, count);
    System.arraycopy(negativeEntropy, start, part.negativeEntropy, 0, count);
    return part;
  }
}
