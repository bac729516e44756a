package io.diffucoder.sampling;

import io.diffucoder.spi.RowRange;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The row of tokens that is denoised: T positions, each decided or masked. The only state of a
 * generation. Not thread-safe.
 */
public final class Canvas {
  private final int[] tokens;
  private final int maskTokenId;
  private int maskedCount;

  private Canvas(int[] tokens, int maskTokenId) {
    this.tokens = tokens;
    this.maskTokenId = maskTokenId;
    this.maskedCount = (int) IntStream.of(tokens).filter(t -> t == maskTokenId).count();
  }

  /**
   * A prompt followed by masks. Masks within the prompt are filled in too.
   *
   * @throws IllegalArgumentException if the prompt is empty, since the row before a position
   *     predicts it, or newTokens is not positive
   */
  public static Canvas forCompletion(int[] prompt, int newTokens, int maskTokenId) {
    if (prompt.length == 0) {
      throw new IllegalArgumentException(
          "the prompt is empty: a position is predicted by the one before it, so at least one token"
              + " is needed");
    }
    if (newTokens <= 0) {
      throw new IllegalArgumentException(
          "the number of new tokens must be positive, got " + newTokens);
    }
    int[] tokens = new int[Math.addExact(prompt.length, newTokens)];
    System.arraycopy(prompt, 0, tokens, 0, prompt.length);
    Arrays.fill(tokens, prompt.length, tokens.length, maskTokenId);
    return new Canvas(tokens, maskTokenId);
  }

  /** A canvas of these tokens, masked where they are the mask id; the array is copied. */
  public static Canvas of(int[] tokens, int maskTokenId) {
    return new Canvas(tokens.clone(), maskTokenId);
  }

  /** Number of positions T. */
  public int size() {
    return tokens.length;
  }

  /** The id that stands for an undecided position. */
  public int maskTokenId() {
    return maskTokenId;
  }

  /** The token at a position, the mask id if it is undecided. */
  public int token(int position) {
    return tokens[position];
  }

  /** Whether a position is undecided. */
  public boolean isMasked(int position) {
    return tokens[position] == maskTokenId;
  }

  /** How many positions are undecided. */
  public int maskedCount() {
    return maskedCount;
  }

  /** The undecided positions, ascending. */
  public int[] maskedPositions() {
    return maskedPositions(new RowRange(0, tokens.length));
  }

  /** The undecided positions of a part, ascending. */
  public int[] maskedPositions(RowRange part) {
    return IntStream.range(part.start(), part.end()).filter(this::isMasked).toArray();
  }

  /**
   * Decides a position. Committing the mask id leaves it undecided, as in the reference.
   *
   * @throws IllegalArgumentException if the position is decided already, or the token is negative
   */
  public void commit(int position, int token) {
    if (!isMasked(position)) {
      throw new IllegalArgumentException(
          "position %d is decided already, as token %d".formatted(position, tokens[position]));
    }
    if (token < 0) {
      throw new IllegalArgumentException(
          "token ids are not negative, got %d for position %d".formatted(token, position));
    }
    tokens[position] = token;
    maskedCount -= token == maskTokenId ? 0 : 1;
  }

  /**
   * Makes a decided position undecided again.
   *
   * @throws IllegalArgumentException if it is undecided
   */
  public void remask(int position) {
    if (isMasked(position)) {
      throw new IllegalArgumentException("position %d is undecided already".formatted(position));
    }
    tokens[position] = maskTokenId;
    maskedCount++;
  }

  /** A canvas of its own with the same tokens. */
  public Canvas copy() {
    return new Canvas(tokens.clone(), maskTokenId);
  }

  /** Whether another canvas has the same tokens. */
  public boolean sameAs(Canvas other) {
    return Arrays.equals(tokens, other.tokens);
  }

  /** A copy of the tokens. */
  public int[] tokens() {
    return tokens.clone();
  }
}
