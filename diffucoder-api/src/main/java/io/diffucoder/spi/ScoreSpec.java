package io.diffucoder.spi;

import java.util.Objects;

/**
 * What is measured of each row of logits.
 *
 * @param filter the distribution that the token comes from
 * @param measured which distribution the probabilities and the entropy describe
 * @param banned ids that have no share in any distribution, as if their logits were −∞
 * @param random where a drawn token's uniform number comes from: {@code
 *     random.uniform(Purpose.TOKEN, position)}
 */
public record ScoreSpec(TokenFilter filter, Measured measured, TokenSet banned, RandomKey random) {

  /** A distribution over the tokens of a row. */
  public enum Measured {
    /** The one that tokens are drawn from, after temperature, top-p and top-k: the reference. */
    FILTERED,
    /** The softmax of the logits at temperature 1, unfiltered: what the fast policies need. */
    RAW
  }

  public ScoreSpec {
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(measured, "measured");
    Objects.requireNonNull(banned, "banned");
    Objects.requireNonNull(random, "random");
  }

  /** Greedy, nothing banned, measured as the reference does. */
  public static ScoreSpec greedy() {
    return new ScoreSpec(TokenFilter.GREEDY, Measured.FILTERED, TokenSet.NONE, new RandomKey(0, 0));
  }
}
