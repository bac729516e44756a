package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.StoredNumbers;

/**
 * Plain loops, for a JVM without the Vector API or without the compiler that makes it fast. No
 * fused multiply-add: where the processor lacks it, Java emulates it in arbitrary precision.
 */
public final class ScalarKernels implements Kernels {
  @Override
  public int wide() {
    return ScalarTiles.ROWS;
  }

  @Override
  public int narrow() {
    return 1;
  }

  @Override
  public void unpack(StoredMatrix weights, long first, int count, float[] into, int at) {
    long offset = weights.dtype().bytes(first);
    StoredNumbers.decode(weights.dtype(), weights.bytes().asSlice(offset), count, into, at);
  }

  @Override
  public void addProduct(Matrix panel, Matrix weights, int depth, int outputs, Matrix sums) {
    for (int first = 0; first < outputs; first += ScalarTiles.OUTPUTS) {
      int last = Math.min(ScalarTiles.OUTPUTS, outputs - first) - 1;
      if (panel.stride() == 1) {
        ScalarTiles.narrow(panel, ScalarTiles.rows(weights, first, last), depth, sums, first);
      } else {
        ScalarTiles.wide(panel, ScalarTiles.rows(weights, first, last), depth, sums, first);
      }
    }
  }

  @Override
  public void softmaxColumns(Matrix scores, int count, float[] sums) {
    float[] s = scores.values();
    int stride = scores.stride();
    for (int column = 0; column < stride; column++) {
      int at = scores.at() + column;
      float max = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < count; i++) {
        max = Math.max(max, s[at + i * stride]);
      }
      float sum = 0;
      for (int i = 0; i < count; i++) {
        float weight = ScalarMath.exp(s[at + i * stride] - max);
        s[at + i * stride] = weight;
        sum += weight;
      }
      sums[column] = sum;
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
  public float max(float[] x, int count) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
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
