package io.diffucoder.cpu.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * out = x · weightᵀ + bias for one or several weights: (R, In), (Out, In), (Out) → (R, Out). The
 * input is packed once for all weights that take its columns in the same order ({@link
 * PackedRows}); then each task computes some outputs for all rows ({@link Product}).
 */
public final class Linear {
  /** Rows that are packed at a time: bounds the memory, and keeps them in an L3 cache. */
  static final int MOST_ROWS = 256;

  private final Execution on;
  private final Rows x;
  private final List<Projection> projections;

  /** One output of an input. */
  public record Projection(StoredMatrix weight, float @Nullable [] bias, Rows out) {}

  private Linear(Execution on, Rows x, List<Projection> projections) {
    this.on = on;
    this.x = x;
    this.projections = projections;
  }

  /** Multiplies all rows with all weights. */
  public static void run(Execution on, Rows x, List<Projection> projections) {
    Linear linear = new Linear(on, x, projections);
    for (int first = 0; first < x.rows(); first += MOST_ROWS) {
      linear.multiply(first, Math.min(MOST_ROWS, x.rows() - first));
    }
  }

  /**
   * Some outputs of all rows.
   *
   * @param number which outputs: those from number × size on
   * @param rows how many rows
   * @param values (rows, size)
   */
  record Stripe(int number, int rows, Matrix values) {}

  /** Uses the outputs of a stripe, whose memory is then used again. */
  @FunctionalInterface
  interface StripeTask {
    void run(Stripe stripe, Scratch own);
  }

  /**
   * Computes x · weightᵀ stripe by stripe of {@code size} outputs, so that it never exists whole.
   *
   * @param x at most {@value #MOST_ROWS} rows
   */
  static void overStripes(Execution on, Rows x, StoredMatrix weight, int size, StripeTask task) {
    int stripes = (weight.rows() + size - 1) / size;
    int count = x.rows();
    PackedRows.Span span = new PackedRows.Span(x, 0, count);
    int[] order = on.kernels().order(weight.dtype());
    PackedRows packed = PackedRows.of(on, span, order, Scratch.Use.packed(0));
    Product product = new Product(on.kernels(), packed, weight, null);
    on.workers()
        .run(
            stripes,
            Execution.tasksAtOnce((long) size * x.cols() * count),
            (from, to, own) -> {
              float[] values = own.floats(Scratch.Use.CHUNK, (long) count * size);
              for (int stripe = from; stripe < to; stripe++) {
                computeStripe(product, stripe, size, values, own);
                task.run(new Stripe(stripe, count, new Matrix(values, 0, size)), own);
              }
            },
            on.scratch());
  }

  private static void computeStripe(
      Product product, int stripe, int size, float[] values, Scratch own) {
    int chunksOfStripe = size / product.outputs();
    int slot = TileMemory.acquire();
    try {
      for (int i = 0; i < chunksOfStripe; i++) {
        int chunk = stripe * chunksOfStripe + i;
        if (chunk < product.chunks()) {
          product.compute(chunk, slot, own, new Matrix(values, i * product.outputs(), size));
        }
      }
    } finally {
      TileMemory.release(slot);
    }
  }

  /** A projection of packed rows, and which tasks are its chunks. */
  private record Part(Product product, Rows out, int firstTask) {}

  private void multiply(int first, int count) {
    List<Part> parts = parts(new PackedRows.Span(x, first, count));
    Part last = parts.getLast();
    int tasks = last.firstTask + last.product.chunks();
    long products = (long) last.product.outputs() * x.cols() * count;
    on.workers()
        .run(
            tasks,
            Execution.tasksAtOnce(products),
            (from, to, own) -> {
              int slot = TileMemory.acquire();
              try {
                for (int task = from; task < to; task++) {
                  chunk(partOf(parts, task), task, first, slot, own);
                }
              } finally {
                TileMemory.release(slot);
              }
            },
            on.scratch());
  }

  private List<Part> parts(PackedRows.Span span) {
    List<Part> parts = new ArrayList<>(projections.size());
    List<int[]> orders = new ArrayList<>();
    List<PackedRows> packed = new ArrayList<>();
    int task = 0;
    for (Projection projection : projections) {
      int[] order = on.kernels().order(projection.weight.dtype());
      int known = indexOf(orders, order);
      if (known == orders.size()) {
        orders.add(order);
        packed.add(PackedRows.of(on, span, order, Scratch.Use.packed(known)));
      }
      Product product =
          new Product(on.kernels(), packed.get(known), projection.weight, projection.bias);
      parts.add(new Part(product, projection.out, task));
      task += product.chunks();
    }
    return parts;
  }

  private static int indexOf(List<int[]> orders, int[] order) {
    int i = 0;
    while (i < orders.size() && !Arrays.equals(orders.get(i), order)) {
      i++;
    }
    return i;
  }

  private static Part partOf(List<Part> parts, int task) {
    int i = parts.size() - 1;
    while (parts.get(i).firstTask > task) {
      i--;
    }
    return parts.get(i);
  }

  private static void chunk(Part part, int task, int firstRow, int slot, Scratch own) {
    int chunk = task - part.firstTask;
    int cols = part.out.cols();
    int at = firstRow * cols + chunk * part.product.outputs();
    part.product.compute(chunk, slot, own, new Matrix(part.out.values(), at, cols));
  }
}
