package io.diffucoder.core.files;

import io.diffucoder.spi.DType;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The number types that a safetensors file may name; a backend computes with three of them. */
enum SafetensorsType implements StoredType {
  F64(64),
  F32(32, DType.F32),
  F16(16, DType.F16),
  BF16(16, DType.BF16),
  F8_E4M3(8),
  F8_E5M2(8),
  F8_E8M0(8),
  F6_E2M3(6),
  F6_E3M2(6),
  F4(4),
  C64(64),
  I64(64),
  I32(32),
  I16(16),
  I8(8),
  U64(64),
  U32(32),
  U16(16),
  U8(8),
  BOOL(8);

  private static final Map<String, SafetensorsType> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(Enum::name, type -> type));

  private final int bits;
  private final Optional<DType> dtype;

  SafetensorsType(int bits) {
    this.bits = bits;
    this.dtype = Optional.empty();
  }

  SafetensorsType(int bits, DType dtype) {
    this.bits = bits;
    this.dtype = Optional.of(dtype);
  }

  /** The type of this name; empty if the format has none such. */
  static Optional<SafetensorsType> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** Size of one number. */
  int bits() {
    return bits;
  }

  @Override
  public Optional<DType> dtype() {
    return dtype;
  }

  @Override
  public String computable() {
    return "F32, F16 or BF16";
  }
}
