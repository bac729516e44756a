package io.diffucoder.core.stream;

import io.diffucoder.core.chat.StopRule;
import io.diffucoder.core.tokenizer.TokenDecoder;
import io.diffucoder.core.tokenizer.Tokenizer;

/**
 * The text at the front of a completion that is decided without a gap. It only grows: positions
 * that were decided beyond a mask wait for it, an unfinished character waits for its last byte, and
 * nothing comes after the first end token. All returned texts, joined, are the result's text. Not
 * thread-safe.
 */
public final class Frontier {
  private final TokenDecoder decoder;
  private final StopRule stopRule;
  private final int maskTokenId;
  private int next;
  private boolean ended;

  /**
   * The frontier of a canvas whose completion is still to be read.
   *
   * @param promptTokens where in the canvas the completion begins
   * @param maskTokenId the id that stands for an undecided position
   */
  public Frontier(Tokenizer tokenizer, StopRule stopRule, int promptTokens, int maskTokenId) {
    this.decoder = tokenizer.newDecoder();
    this.stopRule = stopRule;
    this.maskTokenId = maskTokenId;
    this.next = promptTokens;
  }

  /**
   * Reads on as far as the canvas is decided now; returns the text that this added, or an empty
   * string.
   *
   * @param canvas prompt and completion; what was decided in an earlier call is not read again
   */
  public String advance(int[] canvas) {
    StringBuilder text = new StringBuilder();
    while (!ended && next < canvas.length && canvas[next] != maskTokenId) {
      if (stopRule.isEnd(canvas[next])) {
        ended = true;
      } else {
        text.append(decoder.append(canvas[next]));
        next++;
      }
    }
    return text.toString();
  }

  /**
   * Ends the text: what was held back of an unfinished character becomes U+FFFD, and {@link
   * #advance} adds nothing more.
   */
  public String finish() {
    ended = true;
    return decoder.finish();
  }

  /** Whether the text is complete: the end token was reached, or it was finished. */
  public boolean hasEnded() {
    return ended;
  }
}
