package io.diffucoder.cuda;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.WeightFormat;
import java.util.Locale;
import java.util.Set;

/** What tensors are kept as and what the operands of products are rounded to. Sums are float32. */
enum Arithmetic {
  /**
   * Bfloat16, on tensor cores: what the model was trained in. Weights of other floating types are
   * rounded to it when they are loaded, numbers of blocks when they are multiplied.
   */
  BF16,
  /**
   * Like {@link #BF16}, but each row of a matrix is kept as 8-bit floats (E4M3) with a scale: half
   * the memory.
   */
  FP8,
  /** Float32 throughout, without tensor cores: the definition, to compare with. */
  F32;

  /** The type of every tensor. */
  DType activationType() {
    return switch (this) {
      case BF16, FP8 -> DType.BF16;
      case F32 -> DType.F32;
    };
  }

  /** Bytes of a number of a tensor. */
  int activationBytes() {
    return (int) activationType().bytes(1);
  }

  /** The end of the names of the kernels that work on such tensors. */
  String kernelSuffix() {
    return switch (this) {
      case BF16, FP8 -> "bf16";
      case F32 -> "f32";
    };
  }

  /** What weights may be kept as: no format that would be rounded further. */
  Set<WeightFormat> weightFormats() {
    return switch (this) {
      case BF16 ->
          Set.of(WeightFormat.AS_STORED, WeightFormat.BF16, WeightFormat.Q8_0, WeightFormat.Q4_0);
      case FP8 -> Set.of(WeightFormat.AS_STORED);
      case F32 -> Set.of(WeightFormat.values());
    };
  }

  /** What a matrix of this type becomes as the operand of a product. */
  WeightKind productKind(DType type) {
    return this == FP8 ? WeightKind.E4M3 : tableKind(type);
  }

  /** What a matrix of this type becomes as a table whose rows are looked up. */
  WeightKind tableKind(DType type) {
    return switch (type) {
      case Q8_0 -> WeightKind.Q8;
      case Q4_0 -> WeightKind.Q4;
      case F32 -> floating(WeightKind.F32);
      case F16 -> floating(WeightKind.F16);
      case BF16 -> WeightKind.BF16;
      case Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K -> floating(WeightKind.F32);
    };
  }

  private WeightKind floating(WeightKind exact) {
    return this == F32 ? exact : WeightKind.BF16;
  }

  /** As users write it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
