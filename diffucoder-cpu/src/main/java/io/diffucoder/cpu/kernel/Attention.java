package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.RowRange;
import java.util.Arrays;

/**
 * out = softmax(q · kᵀ / sqrt(Dh)) · v over segments: (R, H·Dh), (T, Hkv·Dh) → (R, H·Dh).
 *
 * <p>Segment by segment: first the keys it sees are gathered head by head, (Hkv, n, Dh), and the
 * values transposed, (Hkv, Dh, n). Then each task takes a head and a panel of query rows: scores
 * (n, rows), their softmax down the columns, and the weighted sums (Dh, rows), all with the rows in
 * the lanes, so that no row sees another.
 */
public final class Attention {
  /** Keys whose weighted values are summed from zero. */
  private static final int DEPTH = 512;

  private final Execution on;
  private final AttentionSpec spec;
  private final Rows q;
  private final Rows out;

  private Attention(Execution on, AttentionSpec spec, Rows q, Rows out) {
    this.on = on;
    this.spec = spec;
    this.q = q;
    this.out = out;
  }

  /** The store a segment looks into. */
  public record Store(float[] keys, float[] values, int cols) {}

  /** The keys of a segment, (Hkv, n, Dh), and its values, (Hkv, Dh, n). */
  private record Seen(float[] keys, float[] values, int count) {}

  /** Attends from all rows. */
  public static void run(Execution on, Rows q, Store store, AttentionSpec spec, Rows out) {
    Attention attention = new Attention(on, spec, q, out);
    for (AttentionSpec.Segment segment : spec.segments()) {
      if (segment.queries().count() > 0) {
        attention.segment(segment, store);
      }
    }
  }

  private void segment(AttentionSpec.Segment segment, Store store) {
    int count = segment.keyCount();
    RowRange queries = segment.queries();
    if (count == 0) {
      Arrays.fill(out.values(), queries.start() * out.cols(), queries.end() * out.cols(), 0);
      return;
    }
    Seen seen = gather(segment, store, count);
    int panels = Panels.count(queries.count(), on.kernels());
    long products = 2L * count * spec.headDim() * Math.min(queries.count(), on.kernels().wide());
    on.workers()
        .run(
            spec.heads() * panels,
            Execution.tasksAtOnce(products),
            (from, to, own) -> {
              for (int task = from; task < to; task++) {
                attend(task / panels, task % panels, queries, seen, own);
              }
            },
            on.scratch());
  }

  private Seen gather(AttentionSpec.Segment segment, Store store, int count) {
    long length = (long) count * store.cols();
    Seen seen =
        new Seen(
            on.scratch().floats(Scratch.Use.KEYS, length),
            on.scratch().floats(Scratch.Use.VALUES, length),
            count);
    on.overRows(
        spec.kvHeads(),
        count * spec.headDim(),
        (from, to, own) -> {
          for (int head = from; head < to; head++) {
            int row = 0;
            for (RowRange range : segment.keys()) {
              copyHead(store, range, head, seen, row);
              row += range.count();
            }
          }
        });
    return seen;
  }

  private void copyHead(Store store, RowRange range, int head, Seen seen, int firstRow) {
    int headDim = spec.headDim();
    int keysAt = (head * seen.count() + firstRow) * headDim;
    int valuesAt = head * seen.count() * headDim + firstRow;
    for (int i = 0; i < range.count(); i++) {
      int from = (range.start() + i) * store.cols() + head * headDim;
      System.arraycopy(store.keys(), from, seen.keys(), keysAt + i * headDim, headDim);
      for (int d = 0; d < headDim; d++) {
        seen.values()[valuesAt + d * seen.count() + i] = store.values()[from + d];
      }
    }
  }

  private void attend(int head, int panel, RowRange queries, Seen seen, Scratch own) {
    Kernels kernels = on.kernels();
    int headDim = spec.headDim();
    int wide = kernels.wide();
    int first = queries.start() + panel * wide;
    int rows = Math.min(wide, queries.end() - first);
    float[] panelValues = own.floats(Scratch.Use.WEIGHTS, (long) wide * headDim);
    Panels query = new Panels(panelValues, rows, headDim, kernels);
    query.fill(
        0,
        new Matrix(q.values(), first * q.cols() + head * headDim, q.cols()),
        (float) (1 / Math.sqrt(headDim)));
    int stride = query.stride(0);
    int kvHead = head / (spec.heads() / spec.kvHeads());
    int at = kvHead * seen.count() * headDim;

    Matrix scores = zeros(own, Scratch.Use.SCORES, seen.count(), stride); // (n, rows)
    Matrix keys = new Matrix(seen.keys(), at, headDim);
    kernels.addProduct(query.slice(0, 0), keys, headDim, seen.count(), scores);
    float[] weightSums = own.floats(Scratch.Use.WEIGHT_SUMS, wide);
    kernels.softmaxColumns(scores, seen.count(), weightSums);

    Matrix sums = zeros(own, Scratch.Use.SUMS, headDim, stride); // (Dh, rows)
    for (int t = 0; t < seen.count(); t += DEPTH) {
      Matrix weights = new Matrix(scores.values(), t * stride, stride);
      Matrix values = new Matrix(seen.values(), at + t, seen.count());
      kernels.addProduct(weights, values, Math.min(DEPTH, seen.count() - t), headDim, sums);
    }
    for (int r = 0; r < rows; r++) {
      int to = (first + r) * out.cols() + head * headDim;
      for (int d = 0; d < headDim; d++) {
        out.values()[to + d] = sums.values()[d * stride + r] / weightSums[r];
      }
    }
  }

  private static Matrix zeros(Scratch own, Scratch.Use use, int outputs, int stride) {
    int tiles = (outputs + Kernels.OUTPUT_TILE - 1) / Kernels.OUTPUT_TILE;
    int length = tiles * Kernels.OUTPUT_TILE * stride;
    float[] values = own.floats(use, length);
    Arrays.fill(values, 0, length, 0);
    return new Matrix(values, 0, stride);
  }
}
