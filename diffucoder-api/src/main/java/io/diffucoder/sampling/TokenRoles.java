package io.diffucoder.sampling;

import io.diffucoder.spi.TokenSet;
import java.util.Objects;

/**
 * What decoding must know of a model's tokens.
 *
 * @param banned never sampled
 * @param ends end a completion: end and pad tokens
 * @param lineBreaks end a line
 */
public record TokenRoles(TokenSet banned, TokenSet ends, TokenSet lineBreaks) {
  /** No token is special. */
  public static final TokenRoles NONE = new TokenRoles(TokenSet.NONE, TokenSet.NONE, TokenSet.NONE);

  public TokenRoles {
    Objects.requireNonNull(banned, "banned");
    Objects.requireNonNull(ends, "ends");
    Objects.requireNonNull(lineBreaks, "lineBreaks");
  }
}
