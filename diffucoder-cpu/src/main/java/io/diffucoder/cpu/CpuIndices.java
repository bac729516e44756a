package io.diffucoder.cpu;

import io.diffucoder.spi.OpShapes;
import io.diffucoder.spi.Tensor;
import java.util.Arrays;

/** Int32 numbers on the heap; views share the array. */
final class CpuIndices implements Tensor {
  private final CpuOps owner;
  private final int[] values;
  private final int rows;

  CpuIndices(CpuOps owner, int[] values, int rows) {
    this.owner = owner;
    this.values = values;
    this.rows = rows;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int cols() {
    return 1;
  }

  @Override
  public CpuIndices firstRows(int count) {
    OpShapes.firstRows(count, rows);
    return new CpuIndices(owner, values, count);
  }

  CpuOps owner() {
    return owner;
  }

  void write(int[] from) {
    System.arraycopy(from, 0, values, 0, from.length);
  }

  int[] toArray() {
    return Arrays.copyOf(values, rows);
  }

  @Override
  public String toString() {
    return CpuArguments.shape(rows, 1);
  }
}
