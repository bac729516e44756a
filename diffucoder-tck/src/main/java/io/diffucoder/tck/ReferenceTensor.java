package io.diffucoder.tck;

import io.diffucoder.spi.Tensor;

/** A tensor of the reference backend; a view shares the array. */
sealed interface ReferenceTensor extends Tensor {

  /** Who made it. */
  ReferenceOps owner();

  /** Numbers, (rows, cols). */
  record Floats(ReferenceOps owner, int rows, int cols, double[] values)
      implements ReferenceTensor {
    @Override
    public Floats firstRows(int count) {
      requireRows(count, rows);
      return new Floats(owner, count, cols, values);
    }
  }

  /** Indices, (rows, 1). */
  record Indices(ReferenceOps owner, int rows, int[] values) implements ReferenceTensor {
    @Override
    public int cols() {
      return 1;
    }

    @Override
    public Indices firstRows(int count) {
      requireRows(count, rows);
      return new Indices(owner, count, values);
    }
  }

  private static void requireRows(int count, int rows) {
    if (count < 1 || count > rows) {
      throw new IllegalArgumentException(
          "firstRows: count must be in 1 … %d, got %d".formatted(rows, count));
    }
  }
}
