package io.diffucoder.spi;

/**
 * A rank-2, row-major tensor on a device, owned by the {@link TensorOps} that made it. Its numbers
 * are undefined until an operation writes them.
 */
public interface Tensor {

  /** Number of rows R. */
  int rows();

  /** Number of columns; 1 for indices. */
  int cols();

  /**
   * The first rows of this tensor, sharing its memory: the only view.
   *
   * @throws IllegalArgumentException if count is not in 1 … {@link #rows()}
   */
  Tensor firstRows(int count);
}
