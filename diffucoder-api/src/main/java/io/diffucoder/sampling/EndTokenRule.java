package io.diffucoder.sampling;

import java.util.Objects;

/**
 * What end and pad tokens may do. Dream models are sure of them early, and a canvas that is decided
 * by confidence alone ends too soon (Fast-dLLM, issue 43).
 *
 * <p>An end token is early if a position before it in its block is undecided and predicts no end
 * token.
 *
 * @param earlyPenalty an early end token counts as so many times less probable when the positions
 *     to commit are chosen: 1 leaves it alone, infinity never commits it
 * @param stop when decoding stops
 */
public record EndTokenRule(float earlyPenalty, Stop stop) {
  /** When decoding stops. */
  public enum Stop {
    /** When all positions are decided: the reference. */
    CANVAS_DECIDED,
    /**
     * When all positions before the first end token are decided; the rest stays undecided. The text
     * is the same.
     */
    TEXT_DECIDED
  }

  /** End tokens are tokens like any other: the reference. */
  public static final EndTokenRule NONE = new EndTokenRule(1, Stop.CANVAS_DECIDED);

  /** The guard: early end tokens are never committed; decoding stops when the text is decided. */
  public static final EndTokenRule GUARDED =
      new EndTokenRule(Float.POSITIVE_INFINITY, Stop.TEXT_DECIDED);

  public EndTokenRule {
    Objects.requireNonNull(stop, "stop");
    if (!(earlyPenalty >= 1)) {
      throw new IllegalArgumentException(
          "the penalty of early end tokens must be at least 1, got " + earlyPenalty);
    }
  }

  /** The same with another moment to stop. */
  public EndTokenRule withStop(Stop newStop) {
    return new EndTokenRule(earlyPenalty, newStop);
  }
}
