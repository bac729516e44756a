package io.diffucoder.core.files;

import io.diffucoder.spi.DType;
import java.util.Optional;

/** A number type by the name that a kind of weight file gives it. */
public sealed interface StoredType permits SafetensorsType, GgmlType {

  /** Its name. */
  String name();

  /** What a backend calls it; empty if none computes with it. */
  Optional<DType> dtype();

  /** For messages: which types of this kind of file a backend computes with. */
  String computable();
}
