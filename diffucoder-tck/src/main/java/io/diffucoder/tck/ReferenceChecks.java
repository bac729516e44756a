package io.diffucoder.tck;

import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.Weight;

/** The argument checks of one operation; every message begins with its name. */
record ReferenceChecks(String op, ReferenceBackend backend) {

  ReferenceTensor.Floats floats(Tensor tensor) {
    if (own(tensor) instanceof ReferenceTensor.Floats floats) {
      return floats;
    }
    throw new IllegalArgumentException(
        "%s: needs a float tensor, got the index tensor %s".formatted(op, shape(tensor)));
  }

  ReferenceTensor.Indices indices(Tensor tensor) {
    if (own(tensor) instanceof ReferenceTensor.Indices indices) {
      return indices;
    }
    throw new IllegalArgumentException(
        "%s: needs an index tensor, got the float tensor %s".formatted(op, shape(tensor)));
  }

  ReferenceWeight weight(Weight weight) {
    if (weight instanceof ReferenceWeight own && own.backend() == backend) {
      return own;
    }
    throw new IllegalArgumentException(
        "%s: weight '%s' %s belongs to another backend"
            .formatted(op, weight.name(), shape(weight)));
  }

  /** Fails with the rule and both shapes. */
  void fits(boolean fits, String rule, String first, String second) {
    if (!fits) {
      throw new IllegalArgumentException(
          "%s: needs %s, got %s and %s".formatted(op, rule, first, second));
    }
  }

  void inRange(ReferenceTensor.Indices indices, int bound) {
    for (int r = 0; r < indices.rows(); r++) {
      int index = indices.values()[r];
      if (index < 0 || index >= bound) {
        throw new IllegalArgumentException(
            "%s: index %d at row %d of %s is not in 0 … %d"
                .formatted(op, index, r, shape(indices), bound - 1));
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same memory is meant, not the same numbers
  void apart(ReferenceTensor.Floats out, ReferenceTensor.Floats input) {
    if (out.values() == input.values()) {
      throw new IllegalArgumentException(
          "%s: out %s shares memory with an input %s".formatted(op, shape(out), shape(input)));
    }
  }

  static String shape(Tensor tensor) {
    return "(%d, %d)".formatted(tensor.rows(), tensor.cols());
  }

  static String shape(Weight weight) {
    return "(%d, %d)".formatted(weight.rows(), weight.cols());
  }

  private ReferenceTensor own(Tensor tensor) {
    if (!(tensor instanceof ReferenceTensor own) || own.owner().backend() != backend) {
      throw new IllegalArgumentException(
          "%s: tensor %s belongs to another backend".formatted(op, shape(tensor)));
    }
    own.owner().requireOpen(op);
    return own;
  }
}
