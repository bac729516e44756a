package io.diffucoder.cpu;

import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.Weight;
import org.jspecify.annotations.Nullable;

/** What the operations demand of their arguments; every message begins with the operation. */
final class CpuArguments {
  private CpuArguments() {}

  static void requireRowsOfView(int count, int rows) {
    if (count < 1 || count > rows) {
      throw new IllegalArgumentException(
          "firstRows: count must be in 1 … %d, got %d".formatted(rows, count));
    }
  }

  /** Shapes are formatted only for a message: pass the tensors and weights themselves. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  static void require(boolean fits, String message, @Nullable Object... shapes) {
    if (!fits) {
      throw new IllegalArgumentException(message.formatted(shapes));
    }
  }

  static CpuTensor tensor(CpuBackend backend, String what, Tensor tensor) {
    if (!(tensor instanceof CpuTensor cpu) || cpu.owner().backend() != backend) {
      throw new IllegalArgumentException(
          what
              + " "
              + shape(tensor.rows(), tensor.cols())
              + " is not a tensor of this "
              + backend.name()
              + " backend's allocate()");
    }
    cpu.owner().requireOpen();
    return cpu;
  }

  static CpuIndices indices(CpuBackend backend, String what, Tensor tensor) {
    if (!(tensor instanceof CpuIndices cpu) || cpu.owner().backend() != backend) {
      throw new IllegalArgumentException(
          what
              + " "
              + shape(tensor.rows(), tensor.cols())
              + " is not a tensor of this "
              + backend.name()
              + " backend's allocateIndices()");
    }
    cpu.owner().requireOpen();
    return cpu;
  }

  static CpuWeight weight(CpuBackend backend, String operation, Weight weight) {
    if (!(weight instanceof CpuWeight cpu) || cpu.owner() != backend) {
      throw new IllegalArgumentException(
          "%s: weight '%s' was not loaded by this %s backend"
              .formatted(operation, weight.name(), backend.name()));
    }
    return cpu;
  }

  static void requireNotShared(String operation, CpuTensor out, CpuTensor... inputs) {
    for (CpuTensor input : inputs) {
      require(
          !out.sharesMemoryWith(input),
          "%s: the output %s shares memory with the input %s",
          operation,
          out,
          input);
    }
  }

  static void requireSameShape(String operation, Tensor a, Tensor b) {
    require(
        a.rows() == b.rows() && a.cols() == b.cols(),
        "%s: shapes %s and %s differ",
        operation,
        a,
        b);
  }

  static void requirePositions(String operation, int[] positions, Tensor rows) {
    require(
        positions.length == rows.rows(),
        "%s: %s needs a position for each row, got %d",
        operation,
        rows,
        positions.length);
  }

  static void requireVector(String operation, Weight weight, Tensor tensor) {
    require(
        weight.rows() == 1 && weight.cols() == tensor.cols(),
        "%s: the vector %s does not fit %s",
        operation,
        weight,
        tensor);
  }

  /** All indices, checked before anything is written. */
  static int[] inRange(String what, CpuIndices indices, int end) {
    int[] values = indices.toArray();
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0 || values[i] >= end) {
        throw new IllegalArgumentException(
            "%s must be in 0 … %d, got %d in row %d".formatted(what, end - 1, values[i], i));
      }
    }
    return values;
  }

  static String shape(int rows, int cols) {
    return "(%d, %d)".formatted(rows, cols);
  }
}
