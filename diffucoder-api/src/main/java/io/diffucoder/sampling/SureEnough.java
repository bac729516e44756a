package io.diffucoder.sampling;

import io.diffucoder.spi.ScoreSpec;

/** A rule that commits what is sure enough, by the network's own distribution. */
interface SureEnough extends CommitPolicy {
  @Override
  default ScoreSpec.Measured measured() {
    return ScoreSpec.Measured.RAW;
  }

  /** The first rows: as many as are sure, at least the schedule's quota, at least one. */
  static int[] surest(int[] rows, int sure, CommitContext context) {
    int least = Math.max(context.quota(), Math.min(1, rows.length));
    return Ranking.surest(rows, Math.max(sure, least));
  }
}
