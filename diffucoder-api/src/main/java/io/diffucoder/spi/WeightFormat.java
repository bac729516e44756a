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
  BF16,
  /** Quantised to {@link DType#Q8_0} when loaded: 8.5 bits a number, rows of whole blocks. */
  Q8_0,
  /** Quantised to {@link DType#Q4_0} when loaded: 4.5 bits a number, rows of whole blocks. */
  Q4_0;

  /**
   * What a weight that is stored as this becomes.
   *
   * @param stored the type in the file
   */
  public DType of(DType stored) {
    return switch (this) {
      case AS_STORED -> stored;
      case F32 -> DType.F32;
      case F16 -> DType.F16;
      case BF16 -> DType.BF16;
      case Q8_0 -> DType.Q8_0;
      case Q4_0 -> DType.Q4_0;
    };
  }
}
