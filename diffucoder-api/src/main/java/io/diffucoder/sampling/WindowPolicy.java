package io.diffucoder.sampling;

import io.diffucoder.spi.RowRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * Which positions a pass computes and which it sees. What is seen and not computed keeps its keys
 * and values from the pass that computed it last. A block begins with a refresh, which computes all
 * that is seen; so does every {@code refreshSteps}-th step within a block.
 *
 * <p>All policies are one mechanism with three numbers. Exact is {@link #full} alone: with
 * bidirectional attention a kept key is of the canvas as it was.
 *
 * @param horizon positions after the block that every step computes, {@link #ALL} for the rest of
 *     the canvas
 * @param suffix positions after the block that are seen at all, {@link #ALL} for the rest of the
 *     canvas; else the masks beyond are left out, but for the canvas's last position, which tells
 *     its length
 * @param decided what becomes of decided positions in the block
 * @param refreshSteps a refresh at every so many steps of a block, the first one included; {@link
 *     #ALL} for the first alone
 */
public record WindowPolicy(int horizon, int suffix, Decided decided, int refreshSteps) {
  /** What a step does about the decided positions of the block. */
  public enum Decided {
    /** It computes them. */
    COMPUTED,
    /**
     * It computes them once more after they were decided, since that changes a position's keys and
     * values most, and then keeps them until the next refresh; those before an undecided position
     * it computes, since they predict it (Ma et al., "dKV-Cache: The Cache for Diffusion Language
     * Models", 2025).
     */
    KEPT
  }

  /** No limit. */
  public static final int ALL = Integer.MAX_VALUE;

  public WindowPolicy {
    Objects.requireNonNull(decided, "decided");
    if (horizon < 0 || suffix < horizon) {
      throw new IllegalArgumentException(
          "a window needs 0 <= horizon <= suffix, got horizon %d, suffix %d"
              .formatted(horizon, suffix));
    }
    if (refreshSteps <= 0) {
      throw new IllegalArgumentException(
          "a refresh is needed every so many steps, at least 1, got " + refreshSteps);
    }
  }

  /** Every step computes the whole canvas: the reference. */
  public static WindowPolicy full() {
    return new WindowPolicy(ALL, ALL, Decided.COMPUTED, 1);
  }

  /**
   * Every step computes the block and all that follows; what is before the block is kept (Wu et
   * al., "Fast-dLLM", 2025: prefix cache).
   */
  public static WindowPolicy prefixCache() {
    return new WindowPolicy(ALL, ALL, Decided.COMPUTED, ALL);
  }

  /**
   * Every step computes the block and this many positions after it; all else is kept (Wang et al.,
   * "Revolutionizing Reinforcement Learning Framework for Diffusion Large Language Models", 2025:
   * further horizon, 128).
   */
  public static WindowPolicy prefixCache(int horizon) {
    return new WindowPolicy(horizon, ALL, Decided.COMPUTED, ALL);
  }

  /** Every step computes the block alone ("Fast-dLLM": dual cache): fastest, and least exact. */
  public static WindowPolicy dualCache() {
    return prefixCache(0);
  }

  /**
   * Every step computes the block, this many positions after it and the canvas's last one; the
   * masks between are left out, what is before the block is kept ("Streaming-dLLM", 2026).
   */
  public static WindowPolicy suffixWindow(int length) {
    return new WindowPolicy(length, length, Decided.COMPUTED, ALL);
  }

  /** The same, with a refresh at every so many steps of a block. */
  public WindowPolicy withRefreshEvery(int steps) {
    return new WindowPolicy(horizon, suffix, decided, steps);
  }

  /** The same, decided positions being kept; a step costs less the more is decided. */
  public WindowPolicy keepingDecided() {
    return new WindowPolicy(horizon, suffix, Decided.KEPT, refreshSteps);
  }

  /** Whether every pass computes all that it sees, so that nothing is ever kept. */
  public boolean keepsNothing() {
    return refreshSteps == 1;
  }

  /** The window of a step that is a refresh. */
  public Window refresh(Canvas canvas, RowRange block) {
    List<RowRange> seen = seen(canvas, block);
    return new Window(seen, seen);
  }

  /**
   * The window of a step that is no refresh.
   *
   * @param rows the rows of the block: those whose scores decide it
   * @param idle rows that were computed since they were decided, and predict nothing undecided
   */
  public Window step(Canvas canvas, RowRange block, RowRange rows, BitSet idle) {
    List<RowRange> seen = seen(canvas, block);
    int end = bounded(block.end(), horizon, canvas.size());
    List<RowRange> computed = new ArrayList<>();
    for (int row = rows.start(); row < end; row++) {
      if (decided == Decided.COMPUTED || !idle.get(row)) {
        computed.add(new RowRange(row, 1));
      }
    }
    if (suffix != ALL && end < canvas.size()) {
      computed.add(new RowRange(canvas.size() - 1, 1));
    }
    return new Window(RowRange.joined(computed), seen);
  }

  /** The most rows that a step which is no refresh computes. */
  public int longestStep(int blockLength, int canvasSize) {
    long rows = 2L + blockLength + horizon; // the row before the block, and the last position
    return (int) Math.min(rows, canvasSize);
  }

  /** All that is decided, the masks as far as the suffix goes, and the last position. */
  private List<RowRange> seen(Canvas canvas, RowRange block) {
    int limit = bounded(block.end(), suffix, canvas.size());
    List<RowRange> seen = new ArrayList<>();
    seen.add(new RowRange(0, limit));
    for (int position = limit; position < canvas.size(); position++) {
      if (!canvas.isMasked(position) || position == canvas.size() - 1) {
        seen.add(new RowRange(position, 1));
      }
    }
    return RowRange.joined(seen);
  }

  private static int bounded(int start, int length, int limit) {
    return (int) Math.min((long) start + length, limit);
  }
}
