package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.FLOATS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANES;

import io.diffucoder.spi.StoredNumbers;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Loops of the Vector API at the width of {@link VectorSpeciesConfig}. */
public final class VectorKernels implements Kernels {
  /** Float32 sums run over at most this many numbers before they are added to a float64 sum. */
  private static final int BLOCK = 1024;

  @Override
  public int wide() {
    return VectorTiles.WIDE;
  }

  @Override
  public int narrow() {
    return LANES;
  }

  @Override
  public void unpack(StoredMatrix weights, long first, int count, float[] into, int at) {
    switch (weights.dtype()) {
      case F32 -> VectorUnpack.float32(weights.bytes(), first, count, into, at);
      case F16 -> VectorUnpack.float16(weights.bytes(), first, count, into, at);
      case BF16 -> VectorUnpack.bfloat16(weights.bytes(), first, count, into, at);
      default -> {
        long offset = weights.dtype().bytes(first);
        StoredNumbers.decode(weights.dtype(), weights.bytes().asSlice(offset), count, into, at);
      }
    }
  }

  @Override
  public void addProduct(Matrix panel, Matrix weights, int depth, int outputs, Matrix sums) {
    if (panel.stride() == LANES) {
      VectorTiles.eightByOne(panel, weights, depth, outputs, sums);
    } else if (LANES == 16) {
      VectorTiles.eightByTwo(panel, weights, depth, outputs, sums);
    } else {
      VectorTiles.sixByTwo(panel, weights, depth, outputs, sums);
    }
  }

  @Override
  public void softmaxColumns(Matrix scores, int count, float[] sums) {
    for (int column = 0; column < scores.stride(); column += LANES) {
      softmaxLanes(scores, column, count, sums);
    }
  }

  private static void softmaxLanes(Matrix scores, int column, int count, float[] sums) {
    float[] s = scores.values();
    int stride = scores.stride();
    int start = scores.at() + column;
    int end = start + count * stride;
    FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int i = start; i < end; i += stride) {
      max = max.max(FloatVector.fromArray(FLOATS, s, i));
    }
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = start; i < end; i += stride) {
      FloatVector weight = VectorMath.exp(FloatVector.fromArray(FLOATS, s, i).sub(max));
      weight.intoArray(s, i);
      sum = sum.add(weight);
    }
    sum.intoArray(sums, column);
  }

  @Override
  public void rmsNorm(RmsNorm norm, int from, int to) {
    for (int row = from; row < to; row++) {
      int at = row * norm.cols();
      scaleRow(norm, at, norm.factor(sumOfSquares(norm.x(), at, norm.cols())));
    }
  }

  private static double sumOfSquares(float[] x, int at, int count) {
    double total = 0;
    float[] lanes = new float[LANES];
    int vectorCount = FLOATS.loopBound(count);
    for (int block = 0; block < vectorCount; block += BLOCK) {
      int end = at + Math.min(vectorCount, block + BLOCK);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = at + block; i < end; i += LANES) { // vector tail: none, BLOCK is a multiple
        FloatVector v = FloatVector.fromArray(FLOATS, x, i);
        sum = v.fma(v, sum);
      }
      sum.intoArray(lanes, 0);
      total += reduce(lanes);
    }
    for (int i = at + vectorCount; i < at + count; i++) { // scalar tail
      total += (double) x[i] * x[i];
    }
    return total;
  }

  /** In the order of the lanes: reduceLanes may add in any order, and does when interpreted. */
  private static double reduce(float[] lanes) {
    double sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    return sum;
  }

  private static void scaleRow(RmsNorm norm, int at, float factor) {
    float[] x = norm.x();
    float[] scale = norm.scale();
    float[] out = norm.out();
    for (int c = 0; c < norm.cols(); c++) { // the compiler makes vectors of it
      out[at + c] = x[at + c] * factor * scale[c];
    }
  }

  @Override
  public void swiglu(float[] gate, float[] up, float[] out, int from, int to) {
    int end = from + FLOATS.loopBound(to - from);
    for (int i = from; i < end; i += LANES) {
      FloatVector g = FloatVector.fromArray(FLOATS, gate, i);
      FloatVector silu = g.div(VectorMath.exp(g.neg()).add(1f));
      silu.mul(FloatVector.fromArray(FLOATS, up, i)).intoArray(out, i);
    }
    if (end < to) { // vector tail: masked, so that an element's lane does not change its value
      VectorMask<Float> rest = FLOATS.indexInRange(end, to);
      FloatVector g = FloatVector.fromArray(FLOATS, gate, end, rest);
      FloatVector silu = g.div(VectorMath.exp(g.neg()).add(1f));
      silu.mul(FloatVector.fromArray(FLOATS, up, end, rest)).intoArray(out, end, rest);
    }
  }

  @Override
  public void add(float[] x, float[] residual, int from, int to) {
    for (int i = from; i < to; i++) { // the compiler makes vectors of it
      residual[i] += x[i];
    }
  }

  @Override
  public float max(float[] x, int count) {
    FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int end = FLOATS.loopBound(count);
    for (int i = 0; i < end; i += LANES) {
      max = max.max(FloatVector.fromArray(FLOATS, x, i));
    }
    float largest = max.reduceLanes(VectorOperators.MAX);
    for (int i = end; i < count; i++) { // scalar tail
      largest = Math.max(largest, x[i]);
    }
    return largest;
  }

  @Override
  public double exp(float[] x, float max, float temperature, float[] out, int count) {
    double total = 0;
    float[] lanes = new float[LANES];
    int vectorCount = FLOATS.loopBound(count);
    for (int block = 0; block < vectorCount; block += BLOCK) {
      int end = Math.min(vectorCount, block + BLOCK);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = block; i < end; i += LANES) {
        FloatVector p =
            VectorMath.exp(FloatVector.fromArray(FLOATS, x, i).sub(max).div(temperature));
        p.intoArray(out, i);
        sum = sum.add(p);
      }
      sum.intoArray(lanes, 0);
      total += reduce(lanes);
    }
    for (int i = vectorCount; i < count; i++) { // scalar tail
      out[i] = ScalarMath.exp((x[i] - max) / temperature);
      total += out[i];
    }
    return total;
  }

  @Override
  public double negativeEntropy(float[] p, int count, double total) {
    double sum = 0;
    float inverse = (float) (1 / total);
    float[] lanes = new float[LANES];
    int vectorCount = FLOATS.loopBound(count);
    for (int block = 0; block < vectorCount; block += BLOCK) {
      int end = Math.min(vectorCount, block + BLOCK);
      FloatVector partial = FloatVector.zero(FLOATS);
      for (int i = block; i < end; i += LANES) {
        FloatVector q = FloatVector.fromArray(FLOATS, p, i).mul(inverse);
        partial = q.fma(VectorMath.ln(q.add(1e-10f)), partial);
      }
      partial.intoArray(lanes, 0);
      sum += reduce(lanes);
    }
    for (int i = vectorCount; i < count; i++) { // scalar tail
      double q = p[i] / total;
      sum += q * Math.log(q + 1e-10);
    }
    return sum;
  }
}
