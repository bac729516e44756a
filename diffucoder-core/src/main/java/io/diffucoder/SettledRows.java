package io.diffucoder;

import io.diffucoder.core.model.PredictionShift;
import io.diffucoder.sampling.Canvas;
import java.util.BitSet;

/**
 * Which rows of a canvas were computed since their positions were decided, so that their keys and
 * values are of the tokens that stand there.
 */
final class SettledRows {
  private final BitSet settled = new BitSet();
  private final BitSet filledAside = new BitSet();

  /** The same rows, going their own way. */
  SettledRows copy() {
    SettledRows copy = new SettledRows();
    copy.settled.or(settled);
    copy.filledAside.or(filledAside);
    return copy;
  }

  /** A position is filled in that the last pass computed aside, not in its place. */
  void fillAside(int position) {
    filledAside.set(position);
  }

  /** A pass has run: what was decided before it is settled. */
  void afterPass(Canvas canvas) {
    for (int position = 0; position < canvas.size(); position++) {
      settled.set(position, !canvas.isMasked(position) && !filledAside.get(position));
    }
    filledAside.clear();
  }

  /** The settled rows that predict none of these positions. */
  BitSet idle(int[] positions) {
    BitSet idle = (BitSet) settled.clone();
    for (int position : positions) {
      idle.clear(PredictionShift.predictor(position));
    }
    return idle;
  }
}
