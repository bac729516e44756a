package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import java.util.Arrays;
import java.util.List;

/** Five numbers for each row of logits: (M, V) → M rows of {@link Scores}. A row is one task. */
public final class Score {
  /** Rows that are scored at once: their logits, where those are needed, are 78 MB of Qwen's. */
  private static final int ROWS_AT_ONCE = 128;

  /** Copies that take as long as what is done with a logit. */
  private static final int PER_LOGIT = 16;

  private Score() {}

  /** Scores all rows. */
  public static void run(Execution on, Rows logits, int[] positions, ScoreSpec spec, Scores into) {
    int cols = logits.cols();
    on.overRows(
        logits.rows(),
        PER_LOGIT * cols,
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
    return spec.filter().cuts()
        ? ofLogits(on, hidden, lmHead, positions, spec, Linear::run)
        : inParts(
            hidden,
            positions,
            (part, at, into) -> new HeadScorer(on, part, lmHead, spec).score(at, into));
  }

  /** {@link Linear#run}, or what stands in for it. */
  @FunctionalInterface
  public interface Multiplication {
    void run(Execution on, Rows x, List<Linear.Projection> projections);
  }

  /** As {@link #ofHidden}, by way of the logits of {@value #ROWS_AT_ONCE} rows at a time. */
  public static Scores ofLogits(
      Execution on,
      Rows hidden,
      StoredMatrix lmHead,
      int[] positions,
      ScoreSpec spec,
      Multiplication multiplication) {
    return inParts(
        hidden,
        positions,
        (part, at, into) -> {
          long length = (long) part.rows() * lmHead.rows();
          float[] logits = on.scratch().floats(Scratch.Use.LOGITS, length);
          Rows out = new Rows(logits, part.rows(), lmHead.rows());
          multiplication.run(on, part, List.of(new Linear.Projection(lmHead, null, out)));
          run(on, out, at, spec, into);
        });
  }

  /** Scores some of the rows. */
  @FunctionalInterface
  private interface PartScorer {
    void score(Rows hidden, int[] positions, Scores into);
  }

  private static Scores inParts(Rows hidden, int[] positions, PartScorer scorer) {
    Scores scores = Scores.ofRows(hidden.rows());
    int cols = hidden.cols();
    for (int first = 0; first < hidden.rows(); first += ROWS_AT_ONCE) {
      int count = Math.min(ROWS_AT_ONCE, hidden.rows() - first);
      float[] values = Arrays.copyOfRange(hidden.values(), first * cols, (first + count) * cols);
      Scores some = Scores.ofRows(count);
      scorer.score(
          new Rows(values, count, cols), Arrays.copyOfRange(positions, first, first + count), some);
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
