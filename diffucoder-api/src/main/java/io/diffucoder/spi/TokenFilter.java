package io.diffucoder.spi;

/**
 * The distribution that tokens are drawn from, made from logits in this fixed order: divide by the
 * temperature (if it is positive); keep the shortest prefix, most likely first and ties by lower
 * id, whose probability exceeds topP; of these keep all that are at least as likely as the topK-th.
 * (Dream's {@code sample_tokens}.)
 *
 * @param temperature 0 takes the most likely token, ties by lower id; higher draws
 * @param topP in (0, 1]; 1 keeps all; 0 keeps exactly the most likely token
 * @param topK how many to keep; {@link #NO_TOP_K} keeps all
 */
public record TokenFilter(float temperature, float topP, int topK) {
  /** The value of topK that keeps all tokens. */
  public static final int NO_TOP_K = 0;

  /** The most likely token of the unfiltered distribution. */
  public static final TokenFilter GREEDY = new TokenFilter(0, 1, NO_TOP_K);

  public TokenFilter {
    if (!(temperature >= 0) || Float.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature must be at least 0 and finite, got " + temperature);
    }
    if (!(topP >= 0 && topP <= 1)) {
      throw new IllegalArgumentException("topP must be between 0 and 1, got " + topP);
    }
    if (topK < 0) {
      throw new IllegalArgumentException("topK must be positive, or 0 to keep all, got " + topK);
    }
  }

  /** Whether any token is cut off. */
  public boolean cuts() {
    return topP < 1 || topK != NO_TOP_K;
  }
}
