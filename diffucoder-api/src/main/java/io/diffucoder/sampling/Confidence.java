package io.diffucoder.sampling;

import io.diffucoder.spi.Scores;

/** How sure a scored row is; higher is surer. */
public enum Confidence {
  /** The candidate's probability: {@code maskgit_plus} (Chang et al., "MaskGIT", 2022). */
  PROBABILITY {
    @Override
    public float of(Scores scores, int row) {
      return scores.tokenProb()[row];
    }
  },
  /** Largest minus second largest probability: {@code topk_margin} (Kim et al., 2025). */
  MARGIN {
    @Override
    public float of(Scores scores, int row) {
      return scores.top1Prob()[row] - scores.top2Prob()[row];
    }
  },
  /** Negative entropy: {@code entropy}, DiffuCoder's own setting (Dream, 2025). */
  NEGATIVE_ENTROPY {
    @Override
    public float of(Scores scores, int row) {
      return scores.negativeEntropy()[row];
    }
  };

  /** The confidence of one row. */
  public abstract float of(Scores scores, int row);
}
