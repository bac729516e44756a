package io.diffucoder.tck;

import io.diffucoder.spi.DType;
import java.util.Locale;

/**
 * How far a backend may be from the definition: the one table of tolerances, and the one place
 * where tensors are compared.
 *
 * <p>An element may differ by {@code relative × magnitude}. The magnitude is what rounding errors
 * are proportional to, which is not the result itself where terms cancel: for a product it is the
 * product of the absolute values. A sum of n rounded terms is granted 4·sqrt(n) units of float32,
 * and every result a few more; a result stored in a shorter type is granted two of its units.
 *
 * @param relative the bound, as a part of the magnitude
 */
public record Tolerance(double relative) {
  private static final double FLOAT32_UNIT = 0x1p-24;

  /** Below this, float32 may flush to zero. */
  private static final double TINY = 1e-30;

  /** Nothing but the same number, NaN included; −0 equals 0. */
  public static final Tolerance EXACT = new Tolerance(0);

  /** A sum of {@code in} products; the magnitude is |x|·|weight|ᵀ + |bias|. */
  public static Tolerance linear(DType activation, int in) {
    return reduction(activation, in);
  }

  /**
   * A number of a block, a code times a scale plus a minimum: exact but for the order of the two
   * roundings; the magnitude is the largest term.
   */
  public static Tolerance blocks(DType activation) {
    return reduction(activation, 0);
  }

  /** A mean of {@code width} squares and its root; the magnitude is the result's own. */
  public static Tolerance rmsNorm(DType activation, int width) {
    return reduction(activation, width);
  }

  /** Two products with a sine and a cosine; the magnitude is the pair's length. */
  public static Tolerance rope(DType activation) {
    return reduction(activation, 0);
  }

  /**
   * A softmax of sums of {@code headDim} products over {@code keys} keys; the magnitude is the
   * largest value. An error of a score moves its weight in proportion, so the scores' own size
   * counts.
   *
   * @param largestScore bound of Σ|q·k|/sqrt(headDim)
   */
  public static Tolerance attention(DType activation, int headDim, int keys, double largestScore) {
    double score = largestScore * reduction(DType.F32, headDim).relative;
    return new Tolerance(reduction(activation, keys).relative + 2 * score);
  }

  /** An exponential and three more operations; the magnitude is the result's own. */
  public static Tolerance swiglu(DType activation) {
    return reduction(activation, 1);
  }

  /** One rounded sum; the magnitude is |x| + |residual|. */
  public static Tolerance add(DType activation) {
    return reduction(activation, 0);
  }

  /**
   * Probabilities of a softmax over {@code vocabulary} logits whose absolute values, after the
   * temperature, reach {@code largestLogit}; the magnitudes are {@link #scoreMagnitudes}.
   */
  public static Tolerance score(int vocabulary, double largestLogit) {
    return new Tolerance(
        reduction(DType.F32, vocabulary).relative + 4 * FLOAT32_UNIT * largestLogit);
  }

  /** One operation applied to golden inputs that were rounded to the type. */
  public static Tolerance goldenOp(DType activation) {
    return new Tolerance(Math.max(2e-5, 4 * unit(activation)));
  }

  /**
   * A whole forward pass: 2e-4 where the largest absolute value is up to 1, in proportion to it
   * above, or eight units of a shorter type, as errors add up. (Float32 in PyTorch is within 1.6e-5
   * of the goldens at logits of up to 57; a causal mask would be off by 44.)
   */
  public static Tolerance goldenModel(DType activation) {
    return new Tolerance(Math.max(2e-4, 8 * unit(activation)));
  }

  /** What errors of scores are proportional to: (M, 5); tokens must be equal. */
  public static Matrix scoreMagnitudes(Matrix expected, int vocabulary) {
    float[] magnitudes = expected.map(x -> Math.abs(x) + 1e-3).values();
    for (int r = 0; r < expected.rows(); r++) {
      magnitudes[5 * r] = 0;
      magnitudes[5 * r + 4] = (float) (1 + Math.log(vocabulary));
    }
    return new Matrix(expected.rows(), expected.cols(), magnitudes);
  }

  /** The wider of two bounds. */
  Tolerance or(Tolerance other) {
    return relative < other.relative ? other : this;
  }

  /** Fails at the first element that differs by more than the bound of its own size. */
  public void check(String what, Matrix expected, Matrix actual) {
    check(what, expected, expected.abs(), actual);
  }

  /** Fails at the first element that differs by more than the bound of the largest element. */
  public void checkAgainstLargest(String what, Matrix expected, Matrix actual) {
    float magnitude = Math.max(1, expected.maxAbs());
    check(what, expected, Matrix.filled(expected.rows(), expected.cols(), magnitude), actual);
  }

  /**
   * Fails at the first element that differs by more than the bound.
   *
   * @param what the operation first, then the case
   * @throws AssertionError naming the operation, the shape, the element, what it should be and is
   */
  public void check(String what, Matrix expected, Matrix magnitude, Matrix actual) {
    if (expected.rows() != actual.rows() || expected.cols() != actual.cols()) {
      throw new AssertionError(
          "%s: needs shape (%d, %d), got (%d, %d)"
              .formatted(what, expected.rows(), expected.cols(), actual.rows(), actual.cols()));
    }
    int wrong = 0;
    int first = -1;
    for (int i = expected.values().length - 1; i >= 0; i--) {
      if (!within(expected.values()[i], actual.values()[i], bound(magnitude.values()[i]))) {
        wrong++;
        first = i;
      }
    }
    if (wrong > 0) {
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "%s: shape (%d, %d): first wrong element (row %d, col %d): expected %.9g, got %.9g,"
                  + " bound %.3g; %d of %d are wrong",
              what,
              expected.rows(),
              expected.cols(),
              first / expected.cols(),
              first % expected.cols(),
              expected.values()[first],
              actual.values()[first],
              bound(magnitude.values()[first]),
              wrong,
              expected.values().length));
    }
  }

  private double bound(double magnitude) {
    return relative * (magnitude + TINY);
  }

  private static boolean within(float expected, float actual, double bound) {
    if (expected == actual || (Float.isNaN(expected) && Float.isNaN(actual))) {
      return true;
    }
    return Math.abs((double) expected - actual) <= bound && Float.isFinite(expected);
  }

  private static Tolerance reduction(DType activation, int terms) {
    double stored = activation == DType.F32 ? 0 : 2 * unit(activation);
    return new Tolerance((12 + 4 * Math.sqrt(terms)) * FLOAT32_UNIT + stored);
  }

  private static double unit(DType type) {
    return switch (type) {
      case F32 -> FLOAT32_UNIT;
      case F16 -> 0x1p-11;
      case BF16 -> 0x1p-8;
      default -> throw new IllegalArgumentException(type + " is no type of activations");
    };
  }
}
