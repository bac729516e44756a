package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.FLOATS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANES;

import io.diffucoder.spi.DType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Loops of the Vector API at the width of {@link VectorSpeciesConfig}. */
public final class VectorKernels implements Kernels {
  /** Float32 sums run over at most this many numbers before they are added to a float64 sum. */
  private static final int BLOCK = 1024;

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public int[] order(DType type) {
    return VectorWiden.order(type);
  }

  @Override
  public void packGroups(float[] x, int from, int groups, int[] order, Matrix into) {
    float[] out = into.values();
    int to = into.at();
    int end = from + groups * order.length;
    for (int group = from; group < end; group += order.length) {
      for (int first = 0; first < order.length; first += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
          out[to + lane] = x[group + order[first + lane]];
        }
        to += into.stride();
      }
    }
  }

  @Override
  public void widenPair(RowPair rows, int column, int count, int to) {
    VectorWiden.pair(rows, column, count, to);
  }

  @Override
  public void multiplyPair(Operands operands, int x, int weights, int steps, int sums) {
    VectorTiles.pair(operands, x, weights, steps, sums);
  }

  @Override
  public void multiplySingle(Operands operands, int x, int weights, int steps, int sums) {
    VectorTiles.single(operands, x, weights, steps, sums);
  }

  @Override
  public boolean multiplyAlone(Operands operands, int x, RowPair first, int sums) {
    return VectorDots.outputs(operands, x, first, sums);
  }

  @Override
  public void addLanes(float[] sums, int from, int rows) {
    VectorSums.addLanes(sums, from, rows);
  }

  @Override
  public void addProduct(Matrix a, Matrix b, Matrix c, ProductShape shape) {
    VectorProduct.add(a, b, c, shape);
  }

  @Override
  public float softmaxStep(float[] scores, int at, int count, float[] state, int stateAt) {
    float before = state[stateAt];
    float largest = Math.max(before, max(scores, at, count));
    float base = Math.max(largest, -Float.MAX_VALUE); // where all are −∞ so far, weights are 0
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < count; i += LANES) { // vector tail: masked
      VectorMask<Float> inside = FLOATS.indexInRange(i, count);
      FloatVector score = FloatVector.fromArray(FLOATS, scores, at + i, inside);
      FloatVector weight = VectorMath.exp(score.sub(base));
      weight.intoArray(scores, at + i, inside);
      sum = sum.add(weight, inside);
    }
    float factor = before == largest ? 1 : ScalarMath.exp(before - largest);
    state[stateAt] = largest;
    state[stateAt + 1] = state[stateAt + 1] * factor + VectorMath.addLanes(sum);
    return factor;
  }

  @Override
  public void scale(float[] x, int at, int count, float factor) {
    for (int i = at; i < at + count; i++) { // the compiler makes vectors of it
      x[i] *= factor;
    }
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
    int vectorCount = FLOATS.loopBound(count);
    for (int block = 0; block < vectorCount; block += BLOCK) {
      int end = at + Math.min(vectorCount, block + BLOCK);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = at + block; i < end; i += LANES) { // vector tail: none, BLOCK is a multiple
        FloatVector v = FloatVector.fromArray(FLOATS, x, i);
        sum = v.fma(v, sum);
      }
      total += VectorMath.addLanes(sum);
    }
    for (int i = at + vectorCount; i < at + count; i++) { // scalar tail
      total += (double) x[i] * x[i];
    }
    return total;
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
  public void turn(float[] x, int at, RopeTable table, int row) {
    int half = table.half();
    int end = FLOATS.loopBound(half);
    int angles = row * half;
    for (int i = 0; i < end; i += LANES) {
      FloatVector cos = FloatVector.fromArray(FLOATS, table.cosines(), angles + i);
      FloatVector sin = FloatVector.fromArray(FLOATS, table.sines(), angles + i);
      FloatVector first = FloatVector.fromArray(FLOATS, x, at + i);
      FloatVector second = FloatVector.fromArray(FLOATS, x, at + half + i);
      first.mul(cos).sub(second.mul(sin)).intoArray(x, at + i);
      second.mul(cos).add(first.mul(sin)).intoArray(x, at + half + i);
    }
    Rope.turnPairs(x, at, table, row, end); // scalar tail
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
  public float max(float[] x, int at, int count) {
    FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int end = FLOATS.loopBound(count);
    for (int i = 0; i < end; i += LANES) {
      max = max.max(FloatVector.fromArray(FLOATS, x, at + i));
    }
    float largest = max.reduceLanes(VectorOperators.MAX);
    for (int i = end; i < count; i++) { // scalar tail
      largest = Math.max(largest, x[at + i]);
    }
    return largest;
  }

  @Override
  public double exp(float[] x, float max, float temperature, float[] out, int count) {
    double total = 0;
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
      total += VectorMath.addLanes(sum);
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
    int vectorCount = FLOATS.loopBound(count);
    for (int block = 0; block < vectorCount; block += BLOCK) {
      int end = Math.min(vectorCount, block + BLOCK);
      FloatVector partial = FloatVector.zero(FLOATS);
      for (int i = block; i < end; i += LANES) {
        FloatVector q = FloatVector.fromArray(FLOATS, p, i).mul(inverse);
        partial = q.fma(VectorMath.ln(q.add(1e-10f)), partial);
      }
      sum += VectorMath.addLanes(partial);
    }
    for (int i = vectorCount; i < count; i++) { // scalar tail
      double q = p[i] / total;
      sum += q * Math.log(q + 1e-10);
    }
    return sum;
  }
}
