package io.diffucoder.cpu.kernel;

/**
 * out = x · scale / sqrt(mean(x²) + eps), row by row: (R, D), (D) → (R, D). The squares are added
 * in float32 lanes and float64 blocks.
 *
 * @param x (R, D)
 * @param scale (D) or longer
 * @param eps added to the mean
 * @param out (R, D); may be x
 * @param cols width D
 */
public record RmsNorm(float[] x, float[] scale, float eps, float[] out, int cols) {

  /** Normalises the rows. */
  public static void run(Execution on, Rows x, float[] scale, float eps, float[] out) {
    RmsNorm norm = new RmsNorm(x.values(), scale, eps, out, x.cols());
    on.overRows(x.rows(), x.cols(), (from, to, own) -> on.kernels().rmsNorm(norm, from, to));
  }

  /** residual += x, then out = rmsNorm(residual), while a row is in the cache. */
  public static void addAndRun(
      Execution on, Rows x, Rows residual, float[] scale, NormOutput output) {
    RmsNorm norm =
        new RmsNorm(residual.values(), scale, output.eps(), output.out(), residual.cols());
    int cols = x.cols();
    on.overRows(
        x.rows(),
        cols,
        (from, to, own) -> {
          for (int row = from; row < to; row++) {
            on.kernels().add(x.values(), residual.values(), row * cols, (row + 1) * cols);
            on.kernels().rmsNorm(norm, row, row + 1);
          }
        });
  }

  /** Where the normalised rows go. */
  public record NormOutput(float eps, float[] out) {}

  /** What every element of a row is multiplied by, rounded once to float32. */
  float factor(double sumOfSquares) {
    return (float) (1 / Math.sqrt(sumOfSquares / cols + eps));
  }
}
