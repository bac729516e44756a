package io.diffucoder.cpu.kernel;

/**
 * Rows of an input as tiles read them: block by block of {@value #DEPTH} columns, pair by pair of
 * rows, step by step a vector of the one row and one of the other; an odd last row by itself. The
 * columns are in the weights' order and filled up with zeros to whole groups.
 */
final class PackedRows {
  /** Columns of a block: its vectors of two rows and six outputs fit an L1 cache of 32 KB. */
  static final int DEPTH = 768;

  /** Where the values begin: behind an array's header of 16 bytes, on a cache line where it can. */
  private static final int START = 12;

  private final float[] values;
  private final int rows;
  private final int cols;
  private final int[] order;
  private final Kernels kernels;

  /** Consecutive rows of an input. */
  record Span(Rows x, int first, int count) {}

  private PackedRows(float[] values, Span span, int[] order, Kernels kernels) {
    this.values = values;
    this.rows = span.count();
    this.cols = span.x().cols();
    this.order = order;
    this.kernels = kernels;
  }

  /**
   * Packs rows in an order.
   *
   * @param use where the memory comes from; valid until the same use is packed again
   */
  static PackedRows of(Execution on, Span span, int[] order, Scratch.Use use) {
    int cols = span.x().cols();
    long length = START + (long) span.count() * padded(cols, order.length);
    float[] values = on.scratch().floats(use, length);
    PackedRows packed = new PackedRows(values, span, order, on.kernels());
    on.overRows(
        (span.count() + 1) / 2,
        2 * cols,
        (from, to, own) -> {
          for (int row = 2 * from; row < Math.min(2 * to, span.count()); row++) {
            packed.fill(row, span.x().values(), (span.first() + row) * cols);
          }
        });
    return packed;
  }

  float[] values() {
    return values;
  }

  int rows() {
    return rows;
  }

  int cols() {
    return cols;
  }

  /** Columns of a block with its zeros. */
  int width(int block) {
    return padded(Math.min(DEPTH, cols - block * DEPTH), order.length);
  }

  /** Where a row that is even, or the last one, begins in a block. */
  int at(int block, int row) {
    return START + block * DEPTH * rows + row * width(block);
  }

  private void fill(int row, float[] x, int from) {
    int lanes = kernels.lanes();
    boolean isPaired = (row | 1) < rows;
    int stride = isPaired ? 2 * lanes : lanes;
    for (int block = 0; block * DEPTH < cols; block++) {
      int to = at(block, row & ~1) + (isPaired ? (row & 1) * lanes : 0);
      int first = from + block * DEPTH;
      int count = Math.min(DEPTH, cols - block * DEPTH);
      int whole = count / order.length;
      kernels.packGroups(x, first, whole, order, new Matrix(values, to, stride));
      int done = whole * order.length;
      if (done < count) {
        fillLast(x, first + done, count - done, to + done / lanes * stride, stride);
      }
    }
  }

  /** A group that is not whole, with zeros for the columns that it lacks. */
  private void fillLast(float[] x, int from, int count, int to, int stride) {
    int lanes = kernels.lanes();
    for (int p = 0; p < order.length; p++) {
      values[to + p / lanes * stride + p % lanes] = order[p] < count ? x[from + order[p]] : 0;
    }
  }

  private static int padded(int count, int group) {
    return (count + group - 1) / group * group;
  }
}
