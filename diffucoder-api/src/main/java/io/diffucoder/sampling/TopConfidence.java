package io.diffucoder.sampling;

import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.Scores;
import java.util.Objects;

/** The quota of surest positions, or of positions drawn by Gumbel-top-n (Kool et al., 2019). */
record TopConfidence(Confidence confidence, float selectionTemperature) implements CommitPolicy {
  TopConfidence {
    Objects.requireNonNull(confidence, "confidence");
    if (!(selectionTemperature >= 0) || Float.isInfinite(selectionTemperature)) {
      throw new IllegalArgumentException(
          "selectionTemperature (alg_temp) must be at least 0 and finite, got "
              + selectionTemperature);
    }
  }

  @Override
  public int[] select(Scores scores, CommitContext context) {
    double[] keys = new double[scores.rows()];
    for (int row = 0; row < keys.length; row++) {
      keys[row] = confidence.of(scores, row);
      if (selectionTemperature > 0) {
        keys[row] =
            keys[row] / selectionTemperature + gumbel(context.random(), context.positions()[row]);
      }
    }
    return Ranking.surest(Ranking.surestFirst(keys), context.quota());
  }

  /** A draw of the standard Gumbel distribution; the half bit keeps the logarithms finite. */
  private static double gumbel(RandomKey random, int position) {
    double uniform = random.uniform(RandomKey.Purpose.COMMIT, position) + 0x1p-25;
    return -Math.log(-Math.log(uniform));
  }
}
