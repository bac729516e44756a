package io.diffucoder.cpu.kernel;

/**
 * Rows of a matrix, transposed in groups: panel p holds rows p·wide … side by side, number (k, r)
 * of it at {@code at(p) + k × stride(p) + r}. All panels are wide; the last one is narrow if its
 * rows fit. Lanes without a row hold 0.
 *
 * @param values the panels, one after the other
 * @param rows number of rows R
 * @param depth width K of a row
 * @param kernels says how many rows a panel holds
 */
record Panels(float[] values, int rows, int depth, Kernels kernels) {
  /** Columns that are transposed before the next row, so that reads and writes stay in L1. */
  private static final int STRIP = 16;

  /** Numbers that panels of this many rows take. */
  static long length(int rows, int depth, Kernels kernels) {
    return (long) count(rows, kernels) * kernels.wide() * depth;
  }

  /** Panels that so many rows take. */
  static int count(int rows, Kernels kernels) {
    return (rows + kernels.wide() - 1) / kernels.wide();
  }

  int count() {
    return count(rows, kernels);
  }

  int firstRow(int panel) {
    return panel * kernels.wide();
  }

  int rowsIn(int panel) {
    return Math.min(kernels.wide(), rows - firstRow(panel));
  }

  int at(int panel) {
    return panel * kernels.wide() * depth;
  }

  int stride(int panel) {
    return rowsIn(panel) <= kernels.narrow() ? kernels.narrow() : kernels.wide();
  }

  /** Columns k … of a panel. */
  Matrix slice(int panel, int k) {
    return new Matrix(values, at(panel) + k * stride(panel), stride(panel));
  }

  /** Fills a panel from rows that lie {@code source.stride()} apart, times a factor. */
  void fill(int panel, Matrix source, float factor) {
    int stride = stride(panel);
    int used = rowsIn(panel);
    int first = source.at() + firstRow(panel) * source.stride();
    for (int k = 0; k < depth; k += STRIP) {
      int end = Math.min(depth, k + STRIP);
      for (int r = 0; r < stride; r++) {
        int from = first + r * source.stride();
        int to = at(panel) + r;
        for (int i = k; i < end; i++) {
          values[to + i * stride] = r < used ? source.values()[from + i] * factor : 0;
        }
      }
    }
  }
}
