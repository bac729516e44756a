package io.diffucoder.cpu.kernel;

/**
 * Two neighbouring rows of weights.
 *
 * @param row the first; where there is no second, it is taken twice
 * @param own memory for copies
 */
record RowPair(StoredMatrix weights, int row, Scratch own) {

  /** Where columns from this one on begin in the first row. */
  long first(int column) {
    return weights.offset(row) + weights.dtype().bytes(column);
  }

  /** Where columns from this one on begin in the second row. */
  long second(int column) {
    int second = Math.min(row + 1, weights.rows() - 1);
    return weights.offset(second) + weights.dtype().bytes(column);
  }
}
