package io.diffucoder.spi;

/** How a backend keeps a weight matrix. */
public enum WeightFormat {
  /** As the file has it, without a copy where the backend can use it in place. */
  AS_STORED,
  /** Converted to float32 when loaded. */
  F32,
  /** Converted to float16 when loaded, rounding to nearest even. */
  F16,
  /** Converted to bfloat16 when loaded, rounding to nearest even. */
  BF16
}
