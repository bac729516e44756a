package io.diffucoder.core.tokenizer;

/**
 * A token that stands for itself beside the byte-pair encoding, such as {@code <|im_end|>}.
 *
 * @param text how it is written, not empty
 * @param id its id
 * @param skip whether decoding for display may leave it out
 */
record ControlToken(String text, int id, Skip skip) {
  /** Whether decoding for display leaves the token out ("special") or shows it. */
  enum Skip {
    SKIPPED,
    SHOWN
  }
}
