package io.diffucoder.cpu;

import io.diffucoder.cpu.kernel.Rows;
import io.diffucoder.spi.OpShapes;
import io.diffucoder.spi.Tensor;

/** Float32 numbers on the heap; views share the {@link Storage}. */
final class CpuTensor implements Tensor {
  private final CpuOps owner;
  private final Storage storage;
  private final int rows;
  private final int cols;

  /** The memory of a tensor and its views; emptied when the owner is closed. */
  static final class Storage {
    private float[] values;

    Storage(float[] values) {
      this.values = values;
    }

    void release() {
      values = new float[0];
    }
  }

  CpuTensor(CpuOps owner, Storage storage, int rows, int cols) {
    this.owner = owner;
    this.storage = storage;
    this.rows = rows;
    this.cols = cols;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int cols() {
    return cols;
  }

  @Override
  public CpuTensor firstRows(int count) {
    OpShapes.firstRows(count, rows);
    return new CpuTensor(owner, storage, count, cols);
  }

  CpuOps owner() {
    return owner;
  }

  boolean sharesMemoryWith(CpuTensor other) {
    return storage == other.storage;
  }

  float[] values() {
    return storage.values;
  }

  Rows asRows() {
    return new Rows(storage.values, rows, cols);
  }

  @Override
  public String toString() {
    return CpuArguments.shape(rows, cols);
  }
}
