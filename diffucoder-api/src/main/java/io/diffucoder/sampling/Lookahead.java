package io.diffucoder.sampling;

/** What else a pass evaluates beside the canvas as it is. */
public sealed interface Lookahead {
  /** Nothing. */
  static Lookahead none() {
    return new None();
  }

  /**
   * So many further canvases a pass, each with one of the surest undecided positions filled in; the
   * one whose remaining masks are the surest on average is taken, and its scores are the next
   * step's (Xu et al., "LoPA: Scaling dLLM Inference via Lookahead Parallel Decoding", 2025).
   *
   * @throws IllegalArgumentException if the number is not positive
   */
  static Lookahead branches(int count) {
    return new Branches(count);
  }

  /**
   * So many further canvases a pass: the states that the next steps would reach if the scores
   * stayed as they are. A draft that proves to be the state which the steps do reach saves a pass;
   * what is generated is the same, to the last bit (Wu and Zhang, "Free Draft-and-Verification:
   * Toward Lossless Parallel Decoding for Diffusion Large Language Models", 2025).
   *
   * @throws IllegalArgumentException if the number is not positive
   */
  static Lookahead drafts(int count) {
    return new Drafts(count);
  }

  /** How many canvases beside the first. */
  int count();

  /** See {@link #none}. */
  record None() implements Lookahead {
    @Override
    public int count() {
      return 0;
    }
  }

  /** See {@link #branches}. */
  record Branches(int count) implements Lookahead {
    public Branches {
      requirePositive(count);
    }
  }

  /** See {@link #drafts}. */
  record Drafts(int count) implements Lookahead {
    public Drafts {
      requirePositive(count);
    }
  }

  private static void requirePositive(int count) {
    if (count <= 0) {
      throw new IllegalArgumentException(
          "the number of canvases to look ahead with must be positive, got " + count);
    }
  }
}
