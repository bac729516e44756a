package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.DType;

/**
 * The inner loops that the operations share. Two implementations: {@link VectorKernels} and {@link
 * ScalarKernels}. Stateless.
 *
 * <p>A product adds up, for each row and output, {@link #lanes()} partial sums, of the columns that
 * fall into each lane in ascending order, and these at the end in a fixed order. So a row's result
 * depends neither on its neighbours nor on their number, only on the vector width.
 */
public interface Kernels {
  /** Outputs of a tile. */
  int OUTPUTS = 6;

  /** Numbers in a vector: the distance of two partial sums' first numbers. */
  int lanes();

  /**
   * The order in which weights of a type take the columns of the input, group by group: position p
   * of a group is column order[p] of it. A multiple of {@link #lanes()} positions, 32 at most.
   */
  int[] order(DType type);

  /**
   * Copies whole groups of columns of the input in the weights' order.
   *
   * @param order the order of a group
   * @param into where the first vector goes, and the distance from one vector to the next
   */
  void packGroups(float[] x, int from, int groups, int[] order, Matrix into);

  /**
   * Widens columns of two neighbouring rows of weights to float32 into {@link TileMemory}, in their
   * order, groups that are not whole filled up with zeros: a vector of the one, a vector of the
   * other, and {@link #OUTPUTS} vectors after these the next ones.
   *
   * @param column a multiple of 256
   * @param count columns, at most to the end of the row
   * @param to offset in TileMemory
   */
  void widenPair(RowPair rows, int column, int count, int to);

  /**
   * sums[r][o] += x[r] · w[o], lane by lane, for two rows and {@link #OUTPUTS} outputs.
   *
   * @param x where the rows begin in {@link Operands#x()}
   * @param weights where the outputs' weights begin in TileMemory
   * @param steps vectors of each row and output
   * @param sums where the first row's vectors begin in {@link Operands#sums()}; then the second's
   */
  void multiplyPair(Operands operands, int x, int weights, int steps, int sums);

  /** As {@link #multiplyPair} for a row by itself. */
  void multiplySingle(Operands operands, int x, int weights, int steps, int sums);

  /**
   * sums[o] = x · w[o], lane by lane, for a row that is the only one of its input, and {@link
   * #OUTPUTS} outputs from a row of weights on; beyond the last row it is taken again.
   *
   * @param x where the row begins in {@link Operands#x()}
   * @param first the first two of the outputs' rows of weights
   * @param sums where the outputs' vectors begin in {@link Operands#sums()}
   * @return false if such weights must be widened first; the sums are then anything
   */
  boolean multiplyAlone(Operands operands, int x, RowPair first, int sums);

  /**
   * Adds up the lanes of each row's {@link #OUTPUTS} vectors, in a fixed order: the sums replace
   * the first {@link #OUTPUTS} numbers of the row's vectors, the others are then anything.
   *
   * @param from where the first row's vectors begin
   * @param rows how many rows' vectors lie one after the other
   */
  void addLanes(float[] sums, int from, int rows);

  /**
   * c += a · b, sums over the depth in ascending order: (lines, depth), (depth, cols) → (lines,
   * cols).
   *
   * @param a row-major with its stride
   * @param b in panels of 2 × {@link #lanes()} columns, each (depth, columns), {@code b.stride()}
   *     numbers from one panel to the next; the last one's columns filled up with anything
   * @param c row-major with its stride, which has room for whole panels
   */
  void addProduct(Matrix a, Matrix b, Matrix c, ProductShape shape);

  /** Sizes of {@link #addProduct}. */
  record ProductShape(int lines, int depth, int cols) {}

  /**
   * One step of a softmax over scores that come piece by piece: replaces the scores by exp(score −
   * the largest so far).
   *
   * @param scores count of them from {@code at} on
   * @param state [0] the largest score so far, [1] the sum of weights so far; both updated
   * @return by what earlier sums must be multiplied
   */
  float softmaxStep(float[] scores, int at, int count, float[] state, int stateAt);

  /** x *= factor for {@code count} numbers. */
  void scale(float[] x, int at, int count, float factor);

  /** out = x · scale / sqrt(mean(x²) + eps) for rows from … to − 1. */
  void rmsNorm(RmsNorm norm, int from, int to);

  /** Turns one head, whose numbers begin at {@code at}, to the table's position {@code row}. */
  void turn(float[] x, int at, RopeTable table, int row);

  /** out = silu(gate) · up for elements from … to − 1. */
  void swiglu(float[] gate, float[] up, float[] out, int from, int to);

  /** residual += x for elements from … to − 1. */
  void add(float[] x, float[] residual, int from, int to);

  /** The largest of {@code count} numbers; NaN if one is NaN. */
  float max(float[] x, int at, int count);

  /**
   * Stores exp((x − max) / temperature) of the first count numbers.
   *
   * @return their sum
   */
  double exp(float[] x, float max, float temperature, float[] out, int count);

  /** Σ q·ln(q + 1e-10) over the first count numbers, q = p / total. */
  double negativeEntropy(float[] p, int count, double total);
}
