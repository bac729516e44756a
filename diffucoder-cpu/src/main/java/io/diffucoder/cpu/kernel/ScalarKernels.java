package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.TileMemory.MEMORY;
import static io.diffucoder.cpu.kernel.TileMemory.within;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.StoredNumbers;

/**
 * Plain loops, for a JVM without the Vector API or without the compiler that makes it fast. No
 * fused multiply-add: where the processor lacks it, Java emulates it in arbitrary precision.
 */
public final class ScalarKernels implements Kernels {
  private static final int[] ORDER = {0};

  /** Columns that are decoded at a time: whole blocks of any type. */
  private static final int AT_ONCE = 256;

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public int[] order(DType type) {
    return ORDER;
  }

  @Override
  public void packGroups(float[] x, int from, int groups, int[] order, Matrix into) {
    for (int i = 0; i < groups; i++) { // a group is one column
      into.values()[into.at() + i * into.stride()] = x[from + i];
    }
  }

  @Override
  public void widenPair(RowPair rows, int column, int count, int to) {
    DType type = rows.weights().dtype();
    float[] numbers = new float[AT_ONCE];
    for (int i = 0; i < count; i += AT_ONCE) {
      int some = Math.min(AT_ONCE, count - i);
      for (int second = 0; second < 2; second++) {
        long from = second == 0 ? rows.first(column + i) : rows.second(column + i);
        StoredNumbers.decode(type, rows.weights().bytes().asSlice(from), some, numbers, 0);
        for (int k = 0; k < some; k++) {
          int place = to + ((i + k) * OUTPUTS + second) * Float.BYTES;
          MEMORY.set(StoredMatrix.FLOAT, within(place), numbers[k]);
        }
      }
    }
  }

  @Override
  public void multiplyPair(Operands operands, int x, int weights, int steps, int sums) {
    ScalarTiles.pair(operands, x, weights, steps, sums);
  }

  @Override
  public void multiplySingle(Operands operands, int x, int weights, int steps, int sums) {
    ScalarTiles.single(operands, x, weights, steps, sums);
  }

  @Override
  public boolean multiplyAlone(Operands operands, int x, RowPair first, int sums) {
    return false; // arithmetic takes the time here, not memory
  }

  @Override
  public void addLanes(float[] sums, int from, int rows) {
    // one lane is the sum already
  }

  @Override
  public void addProduct(Matrix a, Matrix b, Matrix c, ProductShape shape) {
    for (int line = 0; line < shape.lines(); line++) {
      for (int column = 0; column < shape.cols(); column += 2) {
        int panel = b.at() + column / 2 * b.stride();
        int x = a.at() + line * a.stride();
        int to = c.at() + line * c.stride() + column;
        float left = c.values()[to];
        float right = c.values()[to + 1];
        for (int k = 0; k < shape.depth(); k++) {
          left += a.values()[x + k] * b.values()[panel + 2 * k];
          right += a.values()[x + k] * b.values()[panel + 2 * k + 1];
        }
        c.values()[to] = left;
        c.values()[to + 1] = right;
      }
    }
  }

  @Override
  public float softmaxStep(float[] scores, int at, int count, float[] state, int stateAt) {
    float before = state[stateAt];
    float largest = Math.max(before, max(scores, at, count));
    float base = Math.max(largest, -Float.MAX_VALUE); // where all are −∞ so far, weights are 0
    float sum = 0;
    for (int i = at; i < at + count; i++) {
      scores[i] = ScalarMath.exp(scores[i] - base);
      sum += scores[i];
    }
    float factor = before == largest ? 1 : ScalarMath.exp(before - largest);
    state[stateAt] = largest;
    state[stateAt + 1] = state[stateAt + 1] * factor + sum;
    return factor;
  }

  @Override
  public void scale(float[] x, int at, int count, float factor) {
    for (int i = at; i < at + count; i++) {
      x[i] *= factor;
    }
  }

  @Override
  public void rmsNorm(RmsNorm norm, int from, int to) {
    int cols = norm.cols();
    float[] x = norm.x();
    float[] scale = norm.scale();
    float[] out = norm.out();
    for (int row = from; row < to; row++) {
      int at = row * cols;
      double squares = 0;
      for (int c = 0; c < cols; c++) {
        squares += (double) x[at + c] * x[at + c];
      }
      float factor = norm.factor(squares);
      for (int c = 0; c < cols; c++) {
        out[at + c] = x[at + c] * factor * scale[c];
      }
    }
  }

  @Override
  public void turn(float[] x, int at, RopeTable table, int row) {
    Rope.turnPairs(x, at, table, row, 0);
  }

  @Override
  public void swiglu(float[] gate, float[] up, float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = gate[i] / (1 + ScalarMath.exp(-gate[i])) * up[i];
    }
  }

  @Override
  public void add(float[] x, float[] residual, int from, int to) {
    for (int i = from; i < to; i++) {
      residual[i] += x[i];
    }
  }

  @Override
  public float max(float[] x, int at, int count) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = at; i < at + count; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  @Override
  public double exp(float[] x, float max, float temperature, float[] out, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      out[i] = ScalarMath.exp((x[i] - max) / temperature);
      sum += out[i];
    }
    return sum;
  }

  @Override
  public double negativeEntropy(float[] p, int count, double total) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      if (p[i] > 0) { // 0 · ln(1e-10) is 0
        double q = p[i] / total;
        sum += q * Math.log(q + 1e-10);
      }
    }
    return sum;
  }
}
