package io.diffucoder.sampling;

/** Which rows of the output table may be sampled. */
public enum Vocabulary {
  /** Those that stand for a token, the mask excepted: the default. */
  DEFINED_TOKENS,
  /** All, as the reference does; the mask id leaves its position undecided. */
  ALL_ROWS
}
