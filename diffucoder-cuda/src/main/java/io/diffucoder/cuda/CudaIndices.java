package io.diffucoder.cuda;

import io.diffucoder.spi.OpShapes;
import io.diffucoder.spi.Tensor;

/**
 * Int32 numbers on the device. The host keeps a copy, so that a number that is out of range is
 * refused before a kernel follows it.
 */
final class CudaIndices implements Tensor {
  private final CudaOps owner;
  private final Shadow shadow;
  private final int rows;
  private int checkedVersion;
  private int smallest;
  private int largest;

  /** The host's copy of an index tensor and its views. */
  static final class Shadow {
    private final long address;
    private final int[] values;
    private int version = 1;

    Shadow(long address, int rows) {
      this.address = address;
      this.values = new int[rows];
    }
  }

  CudaIndices(CudaOps owner, Shadow shadow, int rows) {
    this.owner = owner;
    this.shadow = shadow;
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
  public CudaIndices firstRows(int count) {
    OpShapes.firstRows(count, rows);
    return new CudaIndices(owner, shadow, count);
  }

  CudaOps owner() {
    return owner;
  }

  long address() {
    return shadow.address;
  }

  /** Notes what the device will have. */
  void wrote(int[] from) {
    System.arraycopy(from, 0, shadow.values, 0, from.length);
    shadow.version++;
  }

  /** Refuses numbers outside 0 … end − 1; looks at them once after each write. */
  void requireBelow(int end, String what) {
    if (checkedVersion != shadow.version) {
      findExtremes();
    }
    if (smallest < 0 || largest >= end) {
      for (int i = 0; i < rows; i++) {
        if (shadow.values[i] < 0 || shadow.values[i] >= end) {
          throw OpShapes.outOfRange(what, end, shadow.values[i], i);
        }
      }
    }
  }

  private void findExtremes() {
    smallest = Integer.MAX_VALUE;
    largest = Integer.MIN_VALUE;
    for (int i = 0; i < rows; i++) {
      smallest = Math.min(smallest, shadow.values[i]);
      largest = Math.max(largest, shadow.values[i]);
    }
    checkedVersion = shadow.version;
  }

  @Override
  public String toString() {
    return "(%d, 1)".formatted(rows);
  }
}
