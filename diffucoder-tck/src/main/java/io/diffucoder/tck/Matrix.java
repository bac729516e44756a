package io.diffucoder.tck;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.Scores;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Numbers on the host: (rows, cols), row-major.
 *
 * @param values rows × cols of them; nobody writes after construction
 */
public record Matrix(int rows, int cols, float[] values) {
  public Matrix {
    if (rows <= 0 || cols <= 0 || values.length != (long) rows * cols) {
      throw new IllegalArgumentException(
          "a matrix (%d, %d) needs positive sizes and as many values, got %d"
              .formatted(rows, cols, values.length));
    }
  }

  /** A matrix whose elements all have one value. */
  public static Matrix filled(int rows, int cols, float value) {
    float[] values = new float[rows * cols];
    Arrays.fill(values, value);
    return new Matrix(rows, cols, values);
  }

  /** A matrix of these values, row by row. */
  public static Matrix of(int rows, int cols, float... values) {
    return new Matrix(rows, cols, values.clone());
  }

  /** One row. */
  public static Matrix row(float... values) {
    return of(1, values.length, values);
  }

  /** Scores as (M, 5): token, tokenProb, top1Prob, top2Prob, negativeEntropy. */
  public static Matrix of(Scores scores) {
    float[] values = new float[scores.rows() * 5];
    for (int r = 0; r < scores.rows(); r++) {
      values[5 * r] = scores.token()[r];
      values[5 * r + 1] = scores.tokenProb()[r];
      values[5 * r + 2] = scores.top1Prob()[r];
      values[5 * r + 3] = scores.top2Prob()[r];
      values[5 * r + 4] = scores.negativeEntropy()[r];
    }
    return new Matrix(scores.rows(), 5, values);
  }

  /** The element at (row, col). */
  public float at(int row, int col) {
    return values[row * cols + col];
  }

  /** A copy of rows start … start + count − 1. */
  public Matrix rows(int start, int count) {
    return new Matrix(
        count, cols, Arrays.copyOfRange(values, start * cols, (start + count) * cols));
  }

  /** The rows with these numbers, in this order. */
  public Matrix pick(int... rowNumbers) {
    float[] picked = new float[rowNumbers.length * cols];
    for (int r = 0; r < rowNumbers.length; r++) {
      System.arraycopy(values, rowNumbers[r] * cols, picked, r * cols, cols);
    }
    return new Matrix(rowNumbers.length, cols, picked);
  }

  /** A matrix of f(element). */
  public Matrix map(DoubleUnaryOperator f) {
    float[] mapped = new float[values.length];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = (float) f.applyAsDouble(values[i]);
    }
    return new Matrix(rows, cols, mapped);
  }

  /** The absolute values. */
  public Matrix abs() {
    return map(Math::abs);
  }

  /** The largest absolute value. */
  public float maxAbs() {
    float max = 0;
    for (float value : values) {
      max = Math.max(max, Math.abs(value));
    }
    return max;
  }

  /** The numbers that storing as this type leaves; its blocks must fill the rows. */
  public Matrix rounded(DType type) {
    return new Matrix(rows, cols, Encoding.rounded(values, type));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Matrix that
        && rows == that.rows
        && cols == that.cols
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "(" + rows + ", " + cols + ")" + (values.length <= 64 ? Arrays.toString(values) : "");
  }
}
