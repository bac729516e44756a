package io.diffucoder.sampling;

import java.util.Objects;

/**
 * How much of the network runs when: all that makes decoding cheaper than one pass over the whole
 * canvas a step, save the commit rule. Every part is independent of the others.
 *
 * @param blocks which part of the canvas is decided first
 * @param window which positions a pass computes
 * @param endTokens what end tokens may do
 * @param lookahead what else a pass evaluates
 * @param remasking whether decided positions are looked at again
 */
public record DecodingPlan(
    BlockSchedule blocks,
    WindowPolicy window,
    EndTokenRule endTokens,
    Lookahead lookahead,
    Remasking remasking) {
  /** Each step one pass over the whole canvas, as Dream's {@code diffusion_generate}. */
  public static final DecodingPlan REFERENCE =
      new DecodingPlan(
          BlockSchedule.whole(),
          WindowPolicy.full(),
          EndTokenRule.NONE,
          Lookahead.none(),
          Remasking.NEVER);

  public DecodingPlan {
    Objects.requireNonNull(blocks, "blocks");
    Objects.requireNonNull(window, "window");
    Objects.requireNonNull(endTokens, "endTokens");
    Objects.requireNonNull(lookahead, "lookahead");
    Objects.requireNonNull(remasking, "remasking");
    if (lookahead instanceof Lookahead.Drafts && window.decided() == WindowPolicy.Decided.KEPT) {
      throw new IllegalArgumentException(
          "drafts promise the text that a plan gives without them, which a window that keeps decided"
              + " positions cannot: when they are computed would depend on the drafts; leave one out");
    }
  }

  /** Other blocks. */
  public DecodingPlan withBlocks(BlockSchedule newBlocks) {
    return new DecodingPlan(newBlocks, window, endTokens, lookahead, remasking);
  }

  /** Another window. */
  public DecodingPlan withWindow(WindowPolicy newWindow) {
    return new DecodingPlan(blocks, newWindow, endTokens, lookahead, remasking);
  }

  /** Another rule for end tokens. */
  public DecodingPlan withEndTokens(EndTokenRule newEndTokens) {
    return new DecodingPlan(blocks, window, newEndTokens, lookahead, remasking);
  }

  /** Other canvases to look ahead with. */
  public DecodingPlan withLookahead(Lookahead newLookahead) {
    return new DecodingPlan(blocks, window, endTokens, newLookahead, remasking);
  }

  /** Another rule for taking positions back. */
  public DecodingPlan withRemasking(Remasking newRemasking) {
    return new DecodingPlan(blocks, window, endTokens, lookahead, newRemasking);
  }
}
