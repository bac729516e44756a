package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import java.util.Arrays;

/** Five numbers for each row of logits: (M, V) → M rows of {@link Scores}. A row is one task. */
public final class Score {
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
            scorer.score(logits.values(), row * cols, positions[row]);
            scorer.store(into, row);
          }
        });
  }

  /**
   * Scores of hidden · lmHeadᵀ, for so many rows at a time that their logits stay below the sink's
   * limit: (M, D), (V, D) → M rows.
   */
  public static void ofHidden(
      Execution on, Rows hidden, StoredMatrix lmHead, int[] positions, Sink sink) {
    int vocabulary = lmHead.rows();
    int atOnce = Math.clamp(sink.maxLogits() / vocabulary, 1, hidden.rows());
    float[] logits = on.scratch().floats(Scratch.Use.LOGITS, (long) atOnce * vocabulary);
    float[] part = new float[atOnce * hidden.cols()];
    for (int first = 0; first < hidden.rows(); first += atOnce) {
      int count = Math.min(atOnce, hidden.rows() - first);
      System.arraycopy(hidden.values(), first * hidden.cols(), part, 0, count * hidden.cols());
      Rows out = new Rows(logits, count, vocabulary);
      Linear.run(on, new Rows(part, count, hidden.cols()), lmHead, null, out);
      Scores scores = Scores.ofRows(count);
      run(on, out, Arrays.copyOfRange(positions, first, first + count), sink.spec(), scores);
      copy(scores, sink.scores(), first);
    }
  }

  /** What to measure, where to, and how many logits may exist at once. */
  public record Sink(ScoreSpec spec, Scores scores, int maxLogits) {}

  private static void copy(Scores from, Scores to, int at) {
    int count = from.rows();
    System.arraycopy(from.token(), 0, to.token(), at, count);
    System.arraycopy(from.tokenProb(), 0, to.tokenProb(), at, count);
    System.arraycopy(from.top1Prob(), 0, to.top1Prob(), at, count);
    System.arraycopy(from.top2Prob(), 0, to.top2Prob(), at, count);
    System.arraycopy(from.negativeEntropy(), 0, to.negativeEntropy(), at, count);
  }
}
