package io.diffucoder.cuda;

import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.Weight;

/** What operations demand of their arguments besides their shapes. */
final class CudaArguments {
  private CudaArguments() {}

  static CudaTensor tensor(CudaOps ops, String operation, Tensor tensor) {
    if (!(tensor instanceof CudaTensor own) || own.owner().backend() != ops.backend()) {
      throw foreign(operation, tensor, "allocate()");
    }
    own.owner().requireOpen();
    requireSameStream(ops, own.owner(), operation, tensor);
    return own;
  }

  static CudaIndices indices(CudaOps ops, String operation, Tensor tensor) {
    if (!(tensor instanceof CudaIndices own) || own.owner().backend() != ops.backend()) {
      throw foreign(operation, tensor, "allocateIndices()");
    }
    own.owner().requireOpen();
    requireSameStream(ops, own.owner(), operation, tensor);
    return own;
  }

  private static IllegalArgumentException foreign(String operation, Tensor tensor, String maker) {
    return new IllegalArgumentException(
        "%s: (%d, %d) is not a tensor of this cuda backend's %s"
            .formatted(operation, tensor.rows(), tensor.cols(), maker));
  }

  /** Streams are not ordered among each other: another's tensor may not be written yet. */
  private static void requireSameStream(
      CudaOps ops, CudaOps owner, String operation, Tensor tensor) {
    if (owner != ops) {
      throw new IllegalArgumentException(
          "%s: the tensor %s was allocated by other TensorOps of this cuda backend"
              .formatted(operation, tensor));
    }
  }

  static CudaWeight weight(CudaOps ops, String operation, Weight weight) {
    if (!(weight instanceof CudaWeight own) || own.owner() != ops.backend()) {
      throw new IllegalArgumentException(
          "%s: weight '%s' was not loaded by this cuda backend"
              .formatted(operation, weight.name()));
    }
    return own;
  }

  static void requireNotShared(String operation, CudaTensor out, CudaTensor... inputs) {
    for (CudaTensor input : inputs) {
      if (out.address() == input.address()) {
        throw new IllegalArgumentException(
            "%s: the output %s shares memory with the input %s".formatted(operation, out, input));
      }
    }
  }
}
