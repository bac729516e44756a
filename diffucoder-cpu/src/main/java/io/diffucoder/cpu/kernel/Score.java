package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import java.util.Arrays;
import java.util.List;

/** Five numbers for each row of logits: (M, V) → M rows of {@link Scores}. A row is one task. */
public final class Score {
  /** Rows whose logits exist at once where tokens are cut off: 78 MB of Qwen's. */
  private static final int ROWS_AT_ONCE = 128;

  private Score() {}

  /** Scores all rows. */
  public static void run(Execution on, Rows logits, int[] positions, ScoreSpec spec, Scores into) {
    int cols = logits.cols();
    on.overRows(
        logits.rows(),
        cols,
        (from, to, own) -> {
          RowScorer scorer = new RowScorer(on.kernels(), spec, cols, own);
          for (int row = from; row < to; row++) {
            scorer.score(logits.values(), row * cols, positions[row]).into(into, row);
          }
        });
  }

  /**
   * Scores of hidden · lmHeadᵀ: (M, D), (V, D) → M rows. All logits of a row exist only where its
   * spec cuts tokens off, and then of {@value #ROWS_AT_ONCE} rows at a time.
   */
  public static Scores ofHidden(
      Execution on, Rows hidden, StoredMatrix lmHead, int[] positions, ScoreSpec spec) {
    Scores scores = Scores.ofRows(hidden.rows());
    if (!spec.filter().cuts()) {
      new HeadScorer(on, hidden, lmHead, spec).score(positions, scores);
      return scores;
    }
    int vocabulary = lmHead.rows();
    int cols = hidden.cols();
    int atOnce = Math.min(ROWS_AT_ONCE, hidden.rows());
    float[] logits = on.scratch().floats(Scratch.Use.LOGITS, (long) atOnce * vocabulary);
    for (int first = 0; first < hidden.rows(); first += atOnce) {
      int count = Math.min(atOnce, hidden.rows() - first);
      float[] part = Arrays.copyOfRange(hidden.values(), first * cols, (first + count) * cols);
      Rows out = new Rows(logits, count, vocabulary);
      Linear.run(
          on, new Rows(part, count, cols), List.of(new Linear.Projection(lmHead, null, out)));
      Scores some = Scores.ofRows(count);
      run(on, out, Arrays.copyOfRange(positions, first, first + count), spec, some);
      copy(some, scores, first);
    }
    return scores;
  }

  private static void copy(Scores from, Scores to, int at) {
    int count = from.rows();
    System.arraycopy(from.token(), 0, to.token(), at, count);
    System.arraycopy(from.tokenProb(), 0, to.tokenProb(), at, count);
    System.arraycopy(from.top1Prob(), 0, to.top1Prob(), at, count);
    System.arraycopy(from.top2Prob(), 0, to.top2Prob(), at, count);
    System.arraycopy(from.negativeEntropy(), 0, to.negativeEntropy(), at, count);
  }
}
