package io.diffucoder.cpu.kernel;

/**
 * The inner loops that the operations share. Two implementations: {@link VectorKernels} and {@link
 * ScalarKernels}. Stateless.
 *
 * <p>Matrix products take the input as panels: a panel holds {@link #wide()} or {@link #narrow()}
 * rows of the input, transposed, so that the rows lie side by side in the lanes of a vector. A lane
 * never sees another lane, and every sum over K runs in ascending order; hence a row's result does
 * not depend on its neighbours, on their number or on the vector width.
 */
public interface Kernels {
  /** A multiple of the outputs of every tile: sums have room for a multiple of it. */
  int OUTPUT_TILE = 24;

  /** Rows in a wide panel. */
  int wide();

  /** Rows in a narrow panel, for the last few rows. */
  int narrow();

  /** Widens count numbers, from the given one on, to float32. */
  void unpack(StoredMatrix weights, long first, int count, float[] into, int at);

  /**
   * sums[o][r] += Σₖ weights[o][k] · panel[k][r], the sum over k in ascending order and from zero.
   *
   * @param panel (depth, wide or narrow)
   * @param weights (outputs, depth)
   * @param sums (outputs rounded up to {@link #OUTPUT_TILE}, wide or narrow); the surplus rows are
   *     overwritten with anything
   */
  void addProduct(Matrix panel, Matrix weights, int depth, int outputs, Matrix sums);

  /**
   * Replaces each column of scores (count, wide or narrow) by exp(score − its maximum) and stores
   * the columns' sums.
   */
  void softmaxColumns(Matrix scores, int count, float[] sums);

  /** out = x · scale / sqrt(mean(x²) + eps) for rows from … to − 1. */
  void rmsNorm(RmsNorm norm, int from, int to);

  /** out = silu(gate) · up for elements from … to − 1. */
  void swiglu(float[] gate, float[] up, float[] out, int from, int to);

  /** residual += x for elements from … to − 1. */
  void add(float[] x, float[] residual, int from, int to);

  /** The largest of the first count numbers; NaN if one is NaN. */
  float max(float[] x, int count);

  /**
   * Stores exp((x − max) / temperature) of the first count numbers.
   *
   * @return their sum
   */
  double exp(float[] x, float max, float temperature, float[] out, int count);

  /** Σ q·ln(q + 1e-10) over the first count numbers, q = p / total. */
  double negativeEntropy(float[] p, int count, double total);
}
