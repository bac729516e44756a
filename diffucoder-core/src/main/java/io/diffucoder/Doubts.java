package io.diffucoder;

import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.Remasking;
import java.util.BitSet;
import java.util.List;

/**
 * Decided positions that look wrong by now.
 *
 * @param rule when one does
 * @param canvas what is decided
 * @param takenBack positions that were taken back before, which is enough
 * @param frontier nothing up to this position is taken back, its text may have been told
 */
record Doubts(Remasking rule, Canvas canvas, BitSet takenBack, int frontier) {

  /** At most so many positions, the most doubtful first. */
  List<Integer> of(Scored scored, int atMost) {
    Scored doubtful = scored.rows(row -> isDoubtful(scored, row));
    return doubtful
        .positionsByDescending(doubtful.scores().top1Prob())
        .limit(Math.max(atMost, 0))
        .boxed()
        .toList();
  }

  private boolean isDoubtful(Scored scored, int row) {
    int position = scored.positions()[row];
    return position > frontier
        && !canvas.isMasked(position)
        && !takenBack.get(position)
        && scored.scores().token()[row] != canvas.token(position)
        && scored.scores().top1Prob()[row] >= rule.minProbability();
  }
}
