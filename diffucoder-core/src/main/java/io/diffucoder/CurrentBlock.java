package io.diffucoder;

import io.diffucoder.sampling.BlockSchedule;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.TransferSchedule;
import io.diffucoder.spi.RowRange;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.TokenSet;

/**
 * The part of the canvas that is being decided.
 *
 * @param range its positions; before the first step of a line's block the most that it may have
 * @param schedule its share of the steps
 * @param step the next step within it
 */
record CurrentBlock(RowRange range, TransferSchedule schedule, int step) {
  /** The block that begins at this position. */
  static CurrentBlock from(int start, Canvas canvas, BlockSchedule blocks, Steps steps) {
    int longest = Math.min(blocks.longest(canvas.size()), canvas.size() - start);
    RowRange range = new RowRange(start, longest);
    return new CurrentBlock(range, steps.shareOf(range, canvas), 0);
  }

  /**
   * The steps of a whole canvas.
   *
   * @param schedule for all of it
   * @param masks how many positions it had to decide
   */
  record Steps(TransferSchedule schedule, int masks) {
    /** A block's share: by its undecided positions, rounded up. */
    TransferSchedule shareOf(RowRange range, Canvas canvas) {
      long undecided = canvas.maskedPositions(range).length;
      long share = Math.ceilDiv(schedule.steps() * undecided, masks);
      return new TransferSchedule((int) Math.max(share, 1), schedule.finalTimestep());
    }
  }

  /** The same block with its end known, by the first scores of its positions. */
  CurrentBlock closed(
      Scored first, BlockSchedule blocks, TokenSet lineBreaks, Canvas canvas, Steps steps) {
    if (step > 0 || !(blocks instanceof BlockSchedule.Lines lines)) {
      return this;
    }
    int surest = surestBreak(first.scores(), lineBreaks);
    RowRange closed = range;
    if (surest >= 0 && first.scores().tokenProb()[surest] >= lines.minProbability()) {
      closed = new RowRange(range.start(), first.positions()[surest] + 1 - range.start());
    }
    return new CurrentBlock(closed, steps.shareOf(closed, canvas), step);
  }

  private static int surestBreak(Scores scores, TokenSet lineBreaks) {
    int surest = -1;
    for (int row = 0; row < scores.rows(); row++) {
      boolean lineBreak = lineBreaks.contains(scores.token()[row]);
      if (lineBreak && (surest < 0 || scores.tokenProb()[row] > scores.tokenProb()[surest])) {
        surest = row;
      }
    }
    return surest;
  }

  /** After another step. */
  CurrentBlock next() {
    return new CurrentBlock(range, schedule, step + 1);
  }

  /** Whether all its steps have run. */
  boolean isOutOfSteps() {
    return step >= schedule.steps();
  }

  /** The step whose quota holds now: the last one's when there are more steps than planned. */
  int scheduledStep() {
    return Math.min(step, schedule.steps() - 1);
  }
}
