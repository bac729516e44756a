package io.diffucoder.core.files;

import io.diffucoder.spi.DType;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The tensor types that a GGUF file may name, with ggml's numbers for them. */
enum GgmlType implements StoredType {
  F32(0, DType.F32),
  F16(1, DType.F16),
  Q4_0(2, DType.Q4_0),
  Q4_1(3, DType.Q4_1),
  Q5_0(6, DType.Q5_0),
  Q5_1(7, DType.Q5_1),
  Q8_0(8, DType.Q8_0),
  Q8_1(9, 32, 40),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, DType.Q4_K),
  Q5_K(13, DType.Q5_K),
  Q6_K(14, DType.Q6_K),
  Q8_K(15, 256, 292),
  IQ2_XXS(16, 256, 66),
  IQ2_XS(17, 256, 74),
  IQ3_XXS(18, 256, 98),
  IQ1_S(19, 256, 50),
  IQ4_NL(20, 32, 18),
  IQ3_S(21, 256, 110),
  IQ2_S(22, 256, 82),
  IQ4_XS(23, 256, 136),
  I8(24, 1, 1),
  I16(25, 1, 2),
  I32(26, 1, 4),
  I64(27, 1, 8),
  F64(28, 1, 8),
  IQ1_M(29, 256, 56),
  BF16(30, DType.BF16),
  TQ1_0(34, 256, 54),
  TQ2_0(35, 256, 66),
  MXFP4(39, 32, 17),
  NVFP4(40, 64, 36),
  Q1_0(41, 128, 18);

  private static final Map<Integer, GgmlType> BY_ID =
      Arrays.stream(values()).collect(Collectors.toMap(GgmlType::id, type -> type));

  private static final String COMPUTABLE =
      Arrays.stream(values())
          .filter(type -> type.dtype().isPresent())
          .map(Enum::name)
          .collect(Collectors.joining(", ", "one of ", ""));

  private final int id;
  private final int blockSize;
  private final int blockBytes;
  private final Optional<DType> dtype;

  GgmlType(int id, int blockSize, int blockBytes) {
    this.id = id;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
    this.dtype = Optional.empty();
  }

  GgmlType(int id, DType dtype) {
    this.id = id;
    this.blockSize = dtype.blockSize();
    this.blockBytes = dtype.blockBytes();
    this.dtype = Optional.of(dtype);
  }

  /** The type of this number; empty if ggml has none such, or has none any more. */
  static Optional<GgmlType> withId(int id) {
    return Optional.ofNullable(BY_ID.get(id));
  }

  /** What ggml calls a type. */
  static GgmlType of(DType dtype) {
    return valueOf(dtype.name());
  }

  /** Its number. */
  int id() {
    return id;
  }

  /** Numbers of a row that are encoded together. */
  int blockSize() {
    return blockSize;
  }

  /** Bytes of a block. */
  int blockBytes() {
    return blockBytes;
  }

  @Override
  public Optional<DType> dtype() {
    return dtype;
  }

  @Override
  public String computable() {
    return COMPUTABLE;
  }
}
