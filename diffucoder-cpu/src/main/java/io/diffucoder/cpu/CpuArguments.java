package io.diffucoder.cpu;

import io.diffucoder.spi.OpShapes;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.Weight;

/** What the operations demand of their arguments; every message begins with the operation. */
final class CpuArguments {
  private CpuArguments() {}

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
      if (out.sharesMemoryWith(input)) {
        throw new IllegalArgumentException(
            "%s: the output %s shares memory with the input %s".formatted(operation, out, input));
      }
    }
  }

  /** All indices, checked before anything is written. */
  static int[] inRange(String what, CpuIndices indices, int end) {
    int[] values = indices.toArray();
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0 || values[i] >= end) {
        throw OpShapes.outOfRange(what, end, values[i], i);
      }
    }
    return values;
  }

  static String shape(int rows, int cols) {
    return "(%d, %d)".formatted(rows, cols);
  }
}
