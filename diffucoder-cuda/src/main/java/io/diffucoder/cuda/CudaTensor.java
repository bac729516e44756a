package io.diffucoder.cuda;

import io.diffucoder.spi.OpShapes;
import io.diffucoder.spi.Tensor;

/**
 * Numbers on the device, rows padded to whole 16 bytes; views begin at the same address.
 *
 * @param pitch numbers from one row to the next
 */
record CudaTensor(CudaOps owner, long address, int rows, int cols, int pitch) implements Tensor {

  static CudaTensor at(CudaOps owner, long address, int rows, int cols, int bytesOfNumber) {
    return new CudaTensor(owner, address, rows, cols, pitch(cols, bytesOfNumber));
  }

  /** Numbers of a padded row. */
  static int pitch(int cols, int bytesOfNumber) {
    int numbers = 16 / bytesOfNumber;
    return Math.ceilDiv(cols, numbers) * numbers;
  }

  @Override
  public CudaTensor firstRows(int count) {
    OpShapes.firstRows(count, rows);
    return new CudaTensor(owner, address, count, cols, pitch);
  }

  /** Some of the rows; for the backend's own use. */
  CudaTensor rows(int first, int count) {
    long rowBytes = (long) pitch * owner.backend().settings().arithmetic().activationBytes();
    return new CudaTensor(owner, address + first * rowBytes, count, cols, pitch);
  }

  /** Numbers of all rows with their padding. */
  long padded() {
    return (long) rows * pitch;
  }

  @Override
  public String toString() {
    return "(%d, %d)".formatted(rows, cols);
  }
}
