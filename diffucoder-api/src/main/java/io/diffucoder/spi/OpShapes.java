package io.diffucoder.spi;

import org.jspecify.annotations.Nullable;

/**
 * Which shapes fit together: what each operation of {@link TensorOps} demands, for the backends
 * that implement them. Every method throws {@link IllegalArgumentException} whose message begins
 * with the operation and names the shapes; a tensor's {@code toString} is expected to be its shape,
 * a weight's its name and shape.
 */
public final class OpShapes {
  private OpShapes() {}

  /** A tensor or index tensor that is to be allocated. */
  public static void allocate(String operation, int rows, int cols) {
    require(
        rows > 0 && cols > 0, "%s: sizes must be positive, got (%d, %d)", operation, rows, cols);
  }

  /** The first rows of a tensor. */
  public static void firstRows(int count, int rows) {
    require(count >= 1 && count <= rows, "firstRows: count must be in 1 … %d, got %d", rows, count);
  }

  /** So many indices into an index tensor. */
  public static void write(int count, Tensor into) {
    require(count <= into.rows(), "write: %d values do not fit %s", count, into);
  }

  /** A tensor into an array. */
  public static void read(Tensor x, float[] into) {
    require(
        into.length >= (long) x.rows() * x.cols(),
        "read: %s does not fit float[%d]",
        x,
        into.length);
  }

  /** (V, D), (R) → (R, D). */
  public static void embed(Weight table, Tensor tokens, Tensor out) {
    require(
        out.rows() == tokens.rows() && out.cols() == table.cols(),
        "embed: table %s and tokens %s do not give out %s",
        table,
        tokens,
        out);
  }

  /** A weight with a number for every column of a tensor. */
  public static void vector(String operation, Weight weight, Tensor tensor) {
    require(
        weight.rows() == 1 && weight.cols() == tensor.cols(),
        "%s: the vector %s does not fit %s",
        operation,
        weight,
        tensor);
  }

  /** Two tensors of one shape. */
  public static void same(String operation, Tensor a, Tensor b) {
    require(
        a.rows() == b.rows() && a.cols() == b.cols(),
        "%s: shapes %s and %s differ",
        operation,
        a,
        b);
  }

  /** (R, In), (Out, In), (Out) → (R, Out). */
  public static void linear(
      String operation, Tensor x, Weight weight, @Nullable Weight bias, Tensor out) {
    require(
        x.cols() == weight.cols() && out.rows() == x.rows() && out.cols() == weight.rows(),
        "%s: x %s and weight %s do not give out %s",
        operation,
        x,
        weight,
        out);
    require(
        bias == null || (bias.rows() == 1 && bias.cols() == weight.rows()),
        "%s: bias %s does not fit weight %s",
        operation,
        bias,
        weight);
  }

  /** (R, heads·Dh), (R). */
  public static void rope(Tensor x, Tensor positions, RopeSpec spec) {
    require(
        positions.rows() == x.rows() && x.cols() % spec.headDim() == 0,
        "rope: x %s needs one position a row, got %s, and whole heads of %d",
        x,
        positions,
        spec.headDim());
  }

  /** (R, C), (R) → rows of (T, C). */
  public static void scatterRows(Tensor x, Tensor rows, Tensor into) {
    require(
        rows.rows() == x.rows() && into.cols() == x.cols(),
        "scatterRows: x %s and rows %s do not fit into %s",
        x,
        rows,
        into);
  }

  /** (R, C), (M) → (M, C). */
  public static void gatherRows(Tensor x, Tensor rows, Tensor out) {
    require(
        rows.rows() == out.rows() && out.cols() == x.cols(),
        "gatherRows: x %s and rows %s do not give out %s",
        x,
        rows,
        out);
  }

  /** (R, H·Dh), (T, Hkv·Dh), (T, Hkv·Dh) → (R, H·Dh). */
  public static void attention(
      Tensor q, Tensor keys, Tensor values, AttentionSpec spec, Tensor out) {
    int width = spec.heads() * spec.headDim();
    int storeWidth = spec.kvHeads() * spec.headDim();
    require(
        q.rows() == spec.queryRows()
            && q.cols() == width
            && out.rows() == q.rows()
            && out.cols() == width,
        "attention: q %s and out %s must both be (%d, %d)",
        q,
        out,
        spec.queryRows(),
        width);
    require(
        keys.cols() == storeWidth
            && values.cols() == storeWidth
            && keys.rows() == values.rows()
            && keys.rows() >= spec.keyRowsNeeded(),
        "attention: keys %s and values %s must both be (%d, %d) or have more rows",
        keys,
        values,
        spec.keyRowsNeeded(),
        storeWidth);
  }

  /** (M, D), (V, D). */
  public static void lmHead(Tensor hidden, Weight lmHead) {
    require(
        hidden.cols() == lmHead.cols(),
        "lmHeadScore: hidden %s does not fit lmHead %s",
        hidden,
        lmHead);
  }

  /** A position for each row. */
  public static void positions(String operation, int[] positions, Tensor rows) {
    require(
        positions.length == rows.rows(),
        "%s: %s needs a position for each row, got %d",
        operation,
        rows,
        positions.length);
  }

  /** An index that is out of range. */
  public static IllegalArgumentException outOfRange(String what, int end, int index, int row) {
    return new IllegalArgumentException(
        "%s must be in 0 … %d, got %d in row %d".formatted(what, end - 1, index, row));
  }

  /** Shapes are formatted only for a message. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  private static void require(boolean fits, String message, @Nullable Object... shapes) {
    if (!fits) {
      throw new IllegalArgumentException(message.formatted(shapes));
    }
  }
}
