package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.RowRange;
import java.util.Arrays;

/**
 * out = softmax(q · kᵀ / sqrt(Dh)) · v over segments: (R, H·Dh), (T, Hkv·Dh) → (R, H·Dh).
 *
 * <p>Segment by segment: first the keys and values it sees are gathered into panels of two vectors,
 * keys with their numbers in the lanes, values with their columns. Then each task takes a key/value
 * head and some query rows, of which every query head that shares it is a line, and goes over the
 * keys {@value #KEYS_AT_ONCE} at a time, with the softmax kept up to date (Milakov and Gimelshein,
 * "Online normalizer calculation for softmax", 2018). So the weights of all keys never exist at
 * once, and a line's result depends on no other line.
 */
public final class Attention {
  /** Keys whose weights exist at once; whole panels of any width. */
  private static final int KEYS_AT_ONCE = 64;

  /** Query rows of a task. */
  private static final int ROWS_AT_ONCE = 16;

  private final Execution on;
  private final AttentionSpec spec;
  private final Rows q;
  private final Rows out;
  private final int panel;
  private final int group;

  private Attention(Execution on, AttentionSpec spec, Rows q, Rows out) {
    this.on = on;
    this.spec = spec;
    this.q = q;
    this.out = out;
    this.panel = 2 * on.kernels().lanes();
    this.group = spec.heads() / spec.kvHeads();
  }

  /** The store a segment looks into. */
  public record Store(float[] keys, float[] values, int cols) {}

  /**
   * The keys and values of a segment in panels.
   *
   * @param keys (Hkv, panels of keys, Dh, keys of a panel)
   * @param values (Hkv, panels of columns, n, columns of a panel)
   * @param count keys n
   */
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
    int parts = (queries.count() + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE;
    int rows = (queries.count() + parts - 1) / parts;
    long products = 2L * count * spec.headDim() * rows * group;
    on.workers()
        .run(
            spec.kvHeads() * parts,
            Execution.tasksAtOnce(products),
            (from, to, own) -> {
              for (int task = from; task < to; task++) {
                int first = queries.start() + task % parts * rows;
                int rest = Math.min(rows, queries.end() - first);
                if (rest > 0) {
                  attend(task / parts, new RowRange(first, rest), seen, own);
                }
              }
            },
            on.scratch());
  }

  private Seen gather(AttentionSpec.Segment segment, Store store, int count) {
    long keys = (long) spec.kvHeads() * panels(count) * spec.headDim() * panel;
    long values = (long) spec.kvHeads() * panels(spec.headDim()) * count * panel;
    Seen seen =
        new Seen(
            on.scratch().floats(Scratch.Use.KEYS, keys),
            on.scratch().floats(Scratch.Use.VALUES, values),
            count);
    on.overRows(
        spec.kvHeads(),
        count * spec.headDim(),
        (from, to, own) -> {
          for (int head = from; head < to; head++) {
            int key = 0;
            for (RowRange range : segment.keys()) {
              for (int row = range.start(); row < range.end(); row++, key++) {
                copyHead(store, row * store.cols() + head * spec.headDim(), seen, head, key);
              }
            }
          }
        });
    return seen;
  }

  private void copyHead(Store store, int from, Seen seen, int head, int key) {
    int headDim = spec.headDim();
    int to = (head * panels(seen.count) + key / panel) * headDim * panel + key % panel;
    for (int d = 0; d < headDim; d++) {
      seen.keys[to + d * panel] = store.keys[from + d];
    }
    for (int d = 0; d < headDim; d += panel) {
      int at = ((head * panels(headDim) + d / panel) * seen.count + key) * panel;
      System.arraycopy(store.values, from + d, seen.values, at, Math.min(panel, headDim - d));
    }
  }

  private int panels(int columns) {
    return (columns + panel - 1) / panel;
  }

  /**
   * All lines of some query rows and one key/value head; line = row · group + head of the group.
   */
  private void attend(int kvHead, RowRange rows, Seen seen, Scratch own) {
    Kernels kernels = on.kernels();
    int headDim = spec.headDim();
    int lines = rows.count() * group;
    float[] queries = queries(kvHead, rows, own);
    float[] scores = own.floats(Scratch.Use.SCORES, (long) lines * KEYS_AT_ONCE);
    int width = panels(headDim) * panel;
    float[] sums = own.floats(Scratch.Use.ATTENDED, (long) lines * width);
    Arrays.fill(sums, 0, lines * width, 0);
    float[] softmax = own.floats(Scratch.Use.SOFTMAX, 2L * lines);
    for (int line = 0; line < lines; line++) {
      softmax[2 * line] = Float.NEGATIVE_INFINITY;
      softmax[2 * line + 1] = 0;
    }
    Matrix weights = new Matrix(scores, 0, KEYS_AT_ONCE);
    Matrix attended = new Matrix(sums, 0, width);
    for (int key = 0; key < seen.count; key += KEYS_AT_ONCE) {
      int count = Math.min(KEYS_AT_ONCE, seen.count - key);
      int keysAt = (kvHead * panels(seen.count) + key / panel) * headDim * panel;
      Matrix keys = new Matrix(seen.keys, keysAt, headDim * panel);
      int valuesAt = (kvHead * panels(headDim) * seen.count + key) * panel;
      Matrix values = new Matrix(seen.values, valuesAt, seen.count * panel);
      Arrays.fill(scores, 0, lines * KEYS_AT_ONCE, 0);
      Matrix query = new Matrix(queries, 0, headDim);
      kernels.addProduct(query, keys, weights, new Kernels.ProductShape(lines, headDim, count));
      for (int line = 0; line < lines; line++) {
        float factor = kernels.softmaxStep(scores, line * KEYS_AT_ONCE, count, softmax, 2 * line);
        if (factor != 1) {
          kernels.scale(sums, line * width, width, factor);
        }
      }
      kernels.addProduct(
          weights, values, attended, new Kernels.ProductShape(lines, count, headDim));
    }
    store(kvHead, rows, attended, softmax);
  }

  /** (lines, Dh), times 1/sqrt(Dh). */
  private float[] queries(int kvHead, RowRange rows, Scratch own) {
    int headDim = spec.headDim();
    float factor = (float) (1 / Math.sqrt(headDim));
    float[] queries = own.floats(Scratch.Use.QUERIES, (long) rows.count() * group * headDim);
    for (int row = 0; row < rows.count(); row++) {
      int from = (rows.start() + row) * q.cols() + kvHead * group * headDim;
      int to = row * group * headDim;
      for (int i = 0; i < group * headDim; i++) {
        queries[to + i] = q.values()[from + i] * factor;
      }
    }
    return queries;
  }

  private void store(int kvHead, RowRange rows, Matrix attended, float[] softmax) {
    int headDim = spec.headDim();
    for (int line = 0; line < rows.count() * group; line++) {
      int row = rows.start() + line / group;
      int to = row * out.cols() + (kvHead * group + line % group) * headDim;
      int from = line * attended.stride();
      float total = softmax[2 * line + 1];
      for (int d = 0; d < headDim; d++) {
        out.values()[to + d] = attended.values()[from + d] / total;
      }
    }
  }
}
