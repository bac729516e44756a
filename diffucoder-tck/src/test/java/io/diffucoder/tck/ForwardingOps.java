package io.diffucoder.tck;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.RopeSpec;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import org.jspecify.annotations.Nullable;

/** Operations that do what others do; a broken backend overrides one of them. */
class ForwardingOps implements TensorOps {
  final TensorOps right;

  ForwardingOps(TensorOps right) {
    this.right = right;
  }

  @Override
  public Tensor allocate(int rows, int cols) {
    return right.allocate(rows, cols);
  }

  @Override
  public Tensor allocateIndices(int rows) {
    return right.allocateIndices(rows);
  }

  @Override
  public void write(int[] values, Tensor into) {
    right.write(values, into);
  }

  @Override
  public void read(Tensor x, float[] into) {
    right.read(x, into);
  }

  @Override
  public void embed(Weight table, Tensor tokens, Tensor out) {
    right.embed(table, tokens, out);
  }

  @Override
  public void rmsNorm(Tensor x, Weight scale, float eps, Tensor out) {
    right.rmsNorm(x, scale, eps, out);
  }

  @Override
  public void linear(Tensor x, Weight weight, @Nullable Weight bias, Tensor out) {
    right.linear(x, weight, bias, out);
  }

  @Override
  public void rope(Tensor x, Tensor positions, RopeSpec spec) {
    right.rope(x, positions, spec);
  }

  @Override
  public void scatterRows(Tensor x, Tensor rows, Tensor into) {
    right.scatterRows(x, rows, into);
  }

  @Override
  public void gatherRows(Tensor x, Tensor rows, Tensor out) {
    right.gatherRows(x, rows, out);
  }

  @Override
  public void attention(Tensor q, Tensor keys, Tensor values, AttentionSpec spec, Tensor out) {
    right.attention(q, keys, values, spec, out);
  }

  @Override
  public void swiglu(Tensor gate, Tensor up, Tensor out) {
    right.swiglu(gate, up, out);
  }

  @Override
  public void add(Tensor x, Tensor residual) {
    right.add(x, residual);
  }

  @Override
  public Scores score(Tensor logits, int[] positions, ScoreSpec spec) {
    return right.score(logits, positions, spec);
  }

  @Override
  public void close() {
    right.close();
  }
}
