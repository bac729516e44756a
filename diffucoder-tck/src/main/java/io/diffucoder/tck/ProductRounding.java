package io.diffucoder.tck;

import io.diffucoder.spi.StoredNumbers;
import java.util.function.UnaryOperator;

/**
 * What a backend declares to do to the rows of inputs and weights before it multiplies them. The
 * reference does the same, so that the products of both are compared in float32, however coarse the
 * rounding is; only where there is nothing but golden data does the rounding widen the bounds.
 *
 * @param input makes of a row of an input what is multiplied
 * @param weight makes of a row of a weight what is multiplied
 * @param golden what one operation may be off for it from exact arithmetic, as a part of the
 *     largest result
 * @param goldenModel what a whole forward pass may be off for it
 */
public record ProductRounding(
    UnaryOperator<double[]> input,
    UnaryOperator<double[]> weight,
    Tolerance golden,
    Tolerance goldenModel) {

  /** Numbers are multiplied as they are. */
  public static final ProductRounding NONE =
      new ProductRounding(row -> row, row -> row, Tolerance.EXACT, Tolerance.EXACT);

  /** Both operands are rounded to bfloat16, whose unit is 2^−8. */
  public static final ProductRounding BFLOAT16 =
      of(ProductRounding::toBfloat16, ProductRounding::toBfloat16, 256);

  /**
   * Inputs are rounded to bfloat16, weights to 8-bit floats with 4 bits of exponent and 3 of
   * fraction (E4M3), scaled so that a row's largest becomes the largest of them, 448. The nearest
   * one is off by up to a sixteenth of the number.
   */
  public static final ProductRounding E4M3_WEIGHTS =
      of(ProductRounding::toBfloat16, ProductRounding::toE4m3, 64);

  /**
   * Both operands are rounded to whole multiples of a scale of the row: the largest magnitude
   * divided by {@code inputLevels}, or by 127 for weights.
   */
  public static ProductRounding int8(int inputLevels) {
    return of(row -> steps(row, inputLevels), row -> steps(row, 127), inputLevels);
  }

  /**
   * Numbers that are off by up to half a step, of which {@code levels} make the largest. Such
   * errors are independent, so a sum of many products is off by about a step's part of its typical
   * size. An operation is granted four times that, a whole pass, whose errors add up, eight times.
   */
  private static ProductRounding of(
      UnaryOperator<double[]> input, UnaryOperator<double[]> weight, int levels) {
    return new ProductRounding(
        input, weight, new Tolerance(4.0 / levels), new Tolerance(8.0 / levels));
  }

  private static double[] toBfloat16(double[] row) {
    double[] rounded = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      rounded[i] = Float.intBitsToFloat(StoredNumbers.toBfloat16((float) row[i]) << 16);
    }
    return rounded;
  }

  private static double[] toE4m3(double[] row) {
    float largest = 0;
    for (double x : row) {
      largest = Math.max(largest, Math.abs((float) x));
    }
    float scale = largest / 448;
    double[] rounded = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      float scaled = scale == 0 ? 0 : (float) row[i] / scale;
      int exponent = Math.max(Math.getExponent(scaled), -6); // smaller ones have equal steps
      double step = Math.scalb(1.0, exponent - 3);
      rounded[i] = Math.clamp(Math.rint(scaled / step) * step, -448, 448) * scale;
    }
    return rounded;
  }

  /** Whole steps, found in float32; a row that is not finite becomes NaN. */
  private static double[] steps(double[] row, int levels) {
    float largest = 0;
    for (double x : row) {
      largest = Math.max(largest, Math.abs((float) x));
    }
    float inverse = largest == 0 ? 0 : levels / largest;
    double scale = (double) largest / levels;
    double[] rounded = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      rounded[i] = Math.round((float) row[i] * inverse) * scale;
    }
    return rounded;
  }
}
