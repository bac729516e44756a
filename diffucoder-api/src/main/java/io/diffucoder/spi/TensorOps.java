package io.diffucoder.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One ordered stream of operations on a device. Shapes: R rows, D width, H/Hkv heads, Dh head
 * width, T rows of a key/value store, M scored rows, V vocabulary.
 *
 * <p>Operations take effect in call order and may run asynchronously; only {@link #read} and the
 * scores wait. Used by one thread at a time. Every operation accumulates in float32 or wider, and
 * the result of a row depends on that row's inputs alone: not on the other rows, on their number or
 * on the number of threads, to the last bit.
 *
 * <p>Every method throws {@link IllegalArgumentException}, naming the operation and the shapes,
 * before anything is written if a shape does not fit, an index is out of range, or a tensor or
 * weight is another backend's; and {@link IllegalStateException} after close. {@code out} must not
 * share memory with an input, unless a method says otherwise.
 */
public interface TensorOps extends AutoCloseable {

  /**
   * A tensor (rows, cols) of the backend's activation type, freed when these ops are closed.
   *
   * @throws io.diffucoder.api.DeviceMemoryException if the device's memory does not suffice
   */
  Tensor allocate(int rows, int cols);

  /** An int32 tensor (rows, 1), freed when these ops are closed. */
  Tensor allocateIndices(int rows);

  /** Copies values into the first rows of an index tensor; the others keep what they had. */
  void write(int[] values, Tensor into);

  /** Copies a whole tensor, row-major, to the front of the array; waits. For tests and taps. */
  void read(Tensor x, float[] into);

  /** Row tokens[r] of the table: (V, D), (R) → (R, D). */
  void embed(Weight table, Tensor tokens, Tensor out);

  /**
   * x · scale / sqrt(mean(x²) + eps), row by row: (R, D) → (R, D). {@code out} may be {@code x}.
   */
  void rmsNorm(Tensor x, Weight scale, float eps, Tensor out);

  /** x · weightᵀ + bias: (R, In), (Out, In), (Out) → (R, Out). */
  void linear(Tensor x, Weight weight, @Nullable Weight bias, Tensor out);

  /**
   * One output of {@link #linears}.
   *
   * @param weight (Out, In)
   * @param bias (Out), if there is one
   * @param out (R, Out)
   */
  record Projection(Weight weight, @Nullable Weight bias, Tensor out) {}

  /** Rotates every head of row r to positions[r], in place: (R, heads·Dh), (R). */
  void rope(Tensor x, Tensor positions, RopeSpec spec);

  /** into[rows[r]] = x[r]: (R, C), (R) → rows of (T, C). No row may occur twice. */
  void scatterRows(Tensor x, Tensor rows, Tensor into);

  /** out[m] = x[rows[m]]: (R, C), (M) → (M, C). */
  void gatherRows(Tensor x, Tensor rows, Tensor out);

  /** Attention over segments: (R, H·Dh), (T, Hkv·Dh), (T, Hkv·Dh) → (R, H·Dh). */
  void attention(Tensor q, Tensor keys, Tensor values, AttentionSpec spec, Tensor out);

  /**
   * silu(gate) · up, silu(x) = x / (1 + e^−x): (R, F), (R, F) → (R, F). {@code out} may be either.
   */
  void swiglu(Tensor gate, Tensor up, Tensor out);

  /** residual += x: (R, D). */
  void add(Tensor x, Tensor residual);

  /**
   * Five numbers for each row of logits (M, V); waits.
   *
   * @param positions canvas position of each row, which selects its uniform number; M of them
   */
  Scores score(Tensor logits, int[] positions, ScoreSpec spec);

  /** {@link #linear} of one input with several weights: one pass where a backend can. */
  default void linears(Tensor x, List<Projection> projections) {
    for (Projection projection : projections) {
      linear(x, projection.weight(), projection.bias(), projection.out());
    }
  }

  /** residual += x, then out = rmsNorm(residual): one pass where a backend can. */
  default void addRmsNorm(Tensor x, Tensor residual, Weight scale, float eps, Tensor out) {
    add(x, residual);
    rmsNorm(residual, scale, eps, out);
  }

  /**
   * residual += x · weightᵀ: one pass where a backend can. What {@code scratch} holds afterwards is
   * undefined: (R, In), (Out, In), (R, Out), (R, Out).
   */
  default void addLinear(Tensor x, Weight weight, Tensor scratch, Tensor residual) {
    linear(x, weight, null, scratch);
    add(scratch, residual);
  }

  /** Scores of hidden · lmHeadᵀ: (M, D), (V, D) → M rows. Logits need not exist all at once. */
  default Scores lmHeadScore(Tensor hidden, Weight lmHead, int[] positions, ScoreSpec spec) {
    Tensor logits = allocate(hidden.rows(), lmHead.rows()); // (M, V)
    linear(hidden, lmHead, null, logits);
    return score(logits, positions, spec);
  }

  /** Frees all tensors of these ops. A second close does nothing. */
  @Override
  void close();
}
