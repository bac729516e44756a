package io.diffucoder.tck;

import static io.diffucoder.tck.BrokenBackends.numbers;

import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TokenFilter;
import java.util.Arrays;

/** Mistakes that scores are made with. */
final class BrokenScores {
  private BrokenScores() {}

  /** The sign of the entropy is its own, not its negative's. */
  static TensorBackend entropySign() {
    return BrokenBackend.with(ops ->
        new ForwardingOps(ops) {
          @Override
          public Scores score(Tensor logits, int[] positions, ScoreSpec spec) {
            Scores scores = right.score(logits, positions, spec);
            for (int r = 0; r < scores.rows(); r++) {
              scores.negativeEntropy()[r] = -scores.negativeEntropy()[r];
            }
            return scores;
          }
        });
  }

  /** The token that crosses the threshold of top-p is cut off, too, unless it is the first. */
  static TensorBackend topPOffByOne() {
    return BrokenBackend.with(ops ->
        new ForwardingOps(ops) {
          @Override
          public Scores score(Tensor logits, int[] positions, ScoreSpec spec) {
            if (spec.filter().topP() >= 1) {
              return right.score(logits, positions, spec);
            }
            Tensor cut = allocate(logits.rows(), logits.cols());
            for (int r = 0; r < logits.rows(); r++) {
              int start = r * logits.cols();
              double[] row = Arrays.copyOfRange(numbers(logits), start, start + logits.cols());
              cutOff(row, lastKept(row, spec.filter()), numbers(cut), start);
            }
            return right.score(cut, positions, spec);
          }
        });
  }

  /** Ids are walked from the highest down: ties and draws fall on others. */
  static TensorBackend drawsInReverseOrder() {
    return BrokenBackend.with(ops ->
        new ForwardingOps(ops) {
          @Override
          public Scores score(Tensor logits, int[] positions, ScoreSpec spec) {
            Tensor reversed = allocate(logits.rows(), logits.cols());
            int width = logits.cols();
            for (int i = 0; i < logits.rows() * width; i++) {
              numbers(reversed)[i / width * width + width - 1 - i % width] = numbers(logits)[i];
            }
            Scores scores = right.score(reversed, positions, spec);
            for (int r = 0; r < scores.rows(); r++) {
              scores.token()[r] = width - 1 - scores.token()[r];
            }
            return scores;
          }
        });
  }

  private static double lastKept(double[] row, TokenFilter filter) {
    double least = Double.POSITIVE_INFINITY;
    double[] kept = ReferenceScore.filtered(row, filter);
    for (int id = 0; id < row.length; id++) {
      least = Double.isFinite(kept[id]) ? Math.min(least, row[id]) : least;
    }
    return least;
  }

  private static void cutOff(double[] row, double least, double[] into, int start) {
    double max = Arrays.stream(row).max().orElseThrow();
    for (int id = 0; id < row.length; id++) {
      boolean stays = row[id] > least || row[id] == max;
      into[start + id] = stays ? row[id] : Double.NEGATIVE_INFINITY;
    }
  }
}
