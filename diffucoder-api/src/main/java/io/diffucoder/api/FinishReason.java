package io.diffucoder.api;

/** Why a generation ended. */
public enum FinishReason {
  /** The canvas is decided and holds an end token; the text stops before it. */
  END_TOKEN,
  /** The canvas is decided and holds no end token; the text is all of it. */
  LENGTH,
  /** The caller cancelled; the text is the decided part at the front. */
  CANCELLED
}
