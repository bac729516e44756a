package io.diffucoder.core.chat;

import io.diffucoder.core.tokenizer.Tokenizer;
import io.diffucoder.spi.TokenSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Where a completion ends: at its first end token, whichever it is.
 *
 * @param endTokens the ids that end a completion
 */
public record StopRule(TokenSet endTokens) {
  private static final List<String> END_TEXTS =
      List.of("<|im_end|>", "<|dlm_pad|>", "<|endoftext|>");

  public StopRule {
    Objects.requireNonNull(endTokens, "endTokens");
  }

  /**
   * Ends at {@code <|im_end|>}, {@code <|dlm_pad|>} and {@code <|endoftext|>}, as far as the
   * tokenizer has them.
   *
   * @param configIds further end tokens: those that the model's configuration calls eos and pad
   */
  public static StopRule of(Tokenizer tokenizer, int... configIds) {
    IntStream known = END_TEXTS.stream().flatMapToInt(text -> tokenizer.idOf(text).stream());
    return new StopRule(TokenSet.of(IntStream.concat(known, IntStream.of(configIds))));
  }

  /** Whether a token ends a completion. */
  public boolean isEnd(int token) {
    return endTokens.contains(token);
  }

  /** The index of the first end token, or the completion's length if there is none. */
  public int endOf(int[] completion) {
    return IntStream.range(0, completion.length)
        .filter(i -> isEnd(completion[i]))
        .findFirst()
        .orElse(completion.length);
  }
}
