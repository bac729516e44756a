package io.diffucoder.tck;

import static io.diffucoder.tck.ReferenceChecks.shape;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.RopeSpec;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** The operations of the reference backend: check, then loop. */
final class ReferenceOps implements TensorOps {
  private final ReferenceBackend backend;
  private boolean closed;

  ReferenceOps(ReferenceBackend backend) {
    this.backend = backend;
  }

  ReferenceBackend backend() {
    return backend;
  }

  void requireOpen(String op) {
    if (closed) {
      throw new IllegalStateException(op + ": used after close");
    }
  }

  private ReferenceChecks check(String op) {
    requireOpen(op);
    return new ReferenceChecks(op, backend);
  }

  @Override
  public Tensor allocate(int rows, int cols) {
    requireOpen("allocate");
    if (rows <= 0 || cols <= 0) {
      throw new IllegalArgumentException(
          "allocate: needs positive sizes, got (%d, %d)".formatted(rows, cols));
    }
    return new ReferenceTensor.Floats(this, rows, cols, new double[Math.multiplyExact(rows, cols)]);
  }

  @Override
  public Tensor allocateIndices(int rows) {
    requireOpen("allocateIndices");
    if (rows <= 0) {
      throw new IllegalArgumentException("allocateIndices: needs positive rows, got " + rows);
    }
    return new ReferenceTensor.Indices(this, rows, new int[rows]);
  }

  @Override
  public void write(int[] values, Tensor into) {
    ReferenceChecks check = check("write");
    ReferenceTensor.Indices target = check.indices(into);
    check.fits(
        values.length <= target.rows(),
        "at most as many values as rows",
        values.length + " values",
        shape(target));
    System.arraycopy(values, 0, target.values(), 0, values.length);
  }

  @Override
  public void read(Tensor x, float[] into) {
    ReferenceChecks check = check("read");
    ReferenceTensor.Floats source = check.floats(x);
    int count = source.rows() * source.cols();
    check.fits(
        into.length >= count, "room for all elements", shape(x), "an array of " + into.length);
    for (int i = 0; i < count; i++) {
      into[i] = (float) source.values()[i];
    }
  }

  @Override
  public void embed(Weight table, Tensor tokens, Tensor out) {
    ReferenceChecks check = check("embed");
    ReferenceWeight rows = check.weight(table);
    ReferenceTensor.Indices ids = check.indices(tokens);
    ReferenceTensor.Floats target = check.floats(out);
    check.fits(ids.rows() == target.rows(), "tokens and out of one length", shape(ids), shape(out));
    check.fits(rows.cols() == out.cols(), "table and out of one width", shape(rows), shape(out));
    check.inRange(ids, rows.rows());
    for (int r = 0; r < ids.rows(); r++) {
      copyRow(rows.values(), ids.values()[r], target.values(), r, rows.cols());
    }
  }

  @Override
  public void rmsNorm(Tensor x, Weight scale, float eps, Tensor out) {
    ReferenceChecks check = check("rmsNorm");
    ReferenceTensor.Floats in = check.floats(x);
    ReferenceWeight factor = check.weight(scale);
    ReferenceTensor.Floats target = check.floats(out);
    int width = in.cols();
    check.fits(
        factor.rows() == 1 && factor.cols() == width,
        "a scale as wide as x",
        shape(x),
        shape(scale));
    sameShape(check, in, target);
    for (int r = 0; r < in.rows(); r++) {
      double squares = 0;
      for (int c = 0; c < width; c++) {
        squares += in.values()[r * width + c] * in.values()[r * width + c];
      }
      double root = Math.sqrt(squares / width + eps);
      for (int c = 0; c < width; c++) {
        target.values()[r * width + c] = in.values()[r * width + c] * factor.values()[c] / root;
      }
    }
  }

  @Override
  public void linear(Tensor x, Weight weight, @Nullable Weight bias, Tensor out) {
    ReferenceChecks check = check("linear");
    ReferenceTensor.Floats in = check.floats(x);
    ReferenceWeight w = check.weight(weight);
    ReferenceTensor.Floats target = check.floats(out);
    double[] added = new double[w.rows()];
    check.fits(in.cols() == w.cols(), "x as wide as the weight", shape(x), shape(weight));
    check.fits(
        w.rows() == target.cols(), "out as wide as the weight is high", shape(weight), shape(out));
    check.fits(in.rows() == target.rows(), "x and out of one height", shape(x), shape(out));
    if (bias != null) {
      ReferenceWeight b = check.weight(bias);
      check.fits(
          b.rows() == 1 && b.cols() == w.rows(),
          "a bias as wide as out",
          shape(weight),
          shape(bias));
      added = b.values();
    }
    check.apart(target, in);
    double[] weights = w.multiplied(); // (out, in)
    for (int r = 0; r < in.rows(); r++) {
      double[] row = Arrays.copyOfRange(in.values(), r * in.cols(), (r + 1) * in.cols());
      double[] sums = Arrays.copyOf(added, w.rows());
      addProducts(backend.rounding().input().apply(row), weights, sums);
      System.arraycopy(sums, 0, target.values(), r * sums.length, sums.length);
    }
  }

  /** Four sums at a time, each in the formula's order: one alone would wait for every addition. */
  private static void addProducts(double[] row, double[] weights, double[] sums) {
    int width = row.length;
    int last = sums.length - 1;
    for (int o0 = 0; o0 <= last; o0 += 4) {
      int o1 = Math.min(o0 + 1, last); // at the end some sums are made twice, alike
      int o2 = Math.min(o0 + 2, last);
      int o3 = Math.min(o0 + 3, last);
      double sum0 = sums[o0];
      double sum1 = sums[o1];
      double sum2 = sums[o2];
      double sum3 = sums[o3];
      for (int i = 0; i < width; i++) {
        sum0 += row[i] * weights[o0 * width + i];
        sum1 += row[i] * weights[o1 * width + i];
        sum2 += row[i] * weights[o2 * width + i];
        sum3 += row[i] * weights[o3 * width + i];
      }
      sums[o0] = sum0;
      sums[o1] = sum1;
      sums[o2] = sum2;
      sums[o3] = sum3;
    }
  }

  @Override
  public void rope(Tensor x, Tensor positions, RopeSpec spec) {
    ReferenceChecks check = check("rope");
    ReferenceTensor.Floats in = check.floats(x);
    ReferenceTensor.Indices at = check.indices(positions);
    int width = spec.headDim();
    check.fits(in.cols() % width == 0, "heads of the spec's width", shape(x), "headDim " + width);
    check.fits(in.rows() == at.rows(), "a position per row", shape(x), shape(positions));
    check.inRange(at, Integer.MAX_VALUE);
    for (int r = 0; r < in.rows(); r++) {
      for (int head = 0; head < in.cols() / width; head++) {
        for (int i = 0; i < width / 2; i++) {
          float angle = at.values()[r] * spec.inverseFrequency(i); // in float32, as the SPI says
          int low = r * in.cols() + head * width + i;
          int high = low + width / 2;
          double a = in.values()[low];
          double b = in.values()[high];
          in.values()[low] = a * Math.cos(angle) - b * Math.sin(angle);
          in.values()[high] = b * Math.cos(angle) + a * Math.sin(angle);
        }
      }
    }
  }

  @Override
  public void scatterRows(Tensor x, Tensor rows, Tensor into) {
    ReferenceChecks check = check("scatterRows");
    ReferenceTensor.Floats in = check.floats(x);
    ReferenceTensor.Indices to = check.indices(rows);
    ReferenceTensor.Floats target = check.floats(into);
    check.fits(in.cols() == target.cols(), "x and into of one width", shape(x), shape(into));
    check.fits(in.rows() == to.rows(), "a target row per row", shape(x), shape(rows));
    check.inRange(to, target.rows());
    BitSet seen = new BitSet();
    for (int r = 0; r < to.rows(); r++) {
      int row = to.values()[r];
      check.fits(!seen.get(row), "every row once", "row " + row, shape(into));
      seen.set(row);
    }
    check.apart(target, in);
    for (int r = 0; r < in.rows(); r++) {
      copyRow(in.values(), r, target.values(), to.values()[r], in.cols());
    }
  }

  @Override
  public void gatherRows(Tensor x, Tensor rows, Tensor out) {
    ReferenceChecks check = check("gatherRows");
    ReferenceTensor.Floats in = check.floats(x);
    ReferenceTensor.Indices from = check.indices(rows);
    ReferenceTensor.Floats target = check.floats(out);
    check.fits(in.cols() == target.cols(), "x and out of one width", shape(x), shape(out));
    check.fits(from.rows() == target.rows(), "a source row per row", shape(rows), shape(out));
    check.inRange(from, in.rows());
    check.apart(target, in);
    for (int r = 0; r < from.rows(); r++) {
      copyRow(in.values(), from.values()[r], target.values(), r, in.cols());
    }
  }

  @Override
  public void attention(Tensor q, Tensor keys, Tensor values, AttentionSpec spec, Tensor out) {
    ReferenceChecks check = check("attention");
    ReferenceAttention.of(check, q, keys, values, spec).into(check.floats(out));
  }

  @Override
  public void swiglu(Tensor gate, Tensor up, Tensor out) {
    ReferenceChecks check = check("swiglu");
    ReferenceTensor.Floats g = check.floats(gate);
    ReferenceTensor.Floats u = check.floats(up);
    ReferenceTensor.Floats target = check.floats(out);
    sameShape(check, g, u);
    sameShape(check, g, target);
    for (int i = 0; i < g.rows() * g.cols(); i++) {
      double x = g.values()[i];
      target.values()[i] = x / (1 + Math.exp(-x)) * u.values()[i];
    }
  }

  @Override
  public void add(Tensor x, Tensor residual) {
    ReferenceChecks check = check("add");
    ReferenceTensor.Floats in = check.floats(x);
    ReferenceTensor.Floats target = check.floats(residual);
    sameShape(check, in, target);
    for (int i = 0; i < in.rows() * in.cols(); i++) {
      target.values()[i] += in.values()[i];
    }
  }

  @Override
  public Scores score(Tensor logits, int[] positions, ScoreSpec spec) {
    ReferenceChecks check = check("score");
    ReferenceTensor.Floats in = check.floats(logits);
    check.fits(
        in.rows() == positions.length,
        "a position per row",
        shape(logits),
        positions.length + " positions");
    Scores scores = Scores.ofRows(in.rows());
    for (int r = 0; r < in.rows(); r++) {
      double[] row = Arrays.copyOfRange(in.values(), r * in.cols(), (r + 1) * in.cols());
      ReferenceScore.of(row, positions[r], spec).into(scores, r);
    }
    return scores;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      backend.opsClosed();
    }
  }

  private static void sameShape(
      ReferenceChecks check, ReferenceTensor.Floats a, ReferenceTensor.Floats b) {
    check.fits(a.rows() == b.rows() && a.cols() == b.cols(), "one shape", shape(a), shape(b));
  }

  private static void copyRow(double[] from, int fromRow, double[] to, int toRow, int width) {
    System.arraycopy(from, fromRow * width, to, toRow * width, width);
  }
}
