package io.diffucoder.cpu.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * out = x · weightᵀ + bias: (R, In), (Out, In), (Out) → (R, Out).
 *
 * <p>The input is transposed once into {@link Panels}. Then each task takes {@value #CHUNK}
 * outputs, widens {@value #DEPTH} columns of their weights at a time to float32, which fit the L2
 * cache, and multiplies them with every panel of its rows, whose {@value #DEPTH} columns fit L1. An
 * output is the sum over blocks of {@value #DEPTH}, in ascending order, each summed from zero in
 * ascending order, whatever R and the number of threads are; then the bias is added.
 */
public final class Linear {
  /** Outputs that a task computes; a multiple of {@link Kernels#OUTPUT_TILE}. */
  private static final int CHUNK = 96;

  /** Columns of the weights that are widened at a time. */
  private static final int DEPTH = 512;

  /** Tasks for each thread that even out what others run on the machine. */
  private static final int TASKS_PER_THREAD = 4;

  private final Execution on;
  private final Panels panels;
  private final StoredMatrix weight;
  private final float @Nullable [] bias;
  private final Rows out;

  private Linear(
      Execution on, Panels panels, StoredMatrix weight, @Nullable StoredMatrix bias, Rows out) {
    this.on = on;
    this.panels = panels;
    this.weight = weight;
    this.bias = bias == null ? null : on.vector(bias);
    this.out = out;
  }

  /** Multiplies all rows. */
  public static void run(
      Execution on, Rows x, StoredMatrix weight, @Nullable StoredMatrix bias, Rows out) {
    Kernels kernels = on.kernels();
    long length = Panels.length(x.rows(), x.cols(), kernels);
    float[] values = on.scratch().floats(Scratch.Use.PANELS, length);
    Panels panels = new Panels(values, x.rows(), x.cols(), kernels);
    Matrix source = new Matrix(x.values(), 0, x.cols());
    on.overRows(
        panels.count(),
        x.cols() * kernels.wide(),
        (from, to, own) -> {
          for (int panel = from; panel < to; panel++) {
            panels.fill(panel, source, 1);
          }
        });
    new Linear(on, panels, weight, bias, out).multiply();
  }

  /**
   * One task is a chunk of outputs for a group of panels; a group is all of them if that suffices.
   */
  private void multiply() {
    int chunks = (weight.rows() + CHUNK - 1) / CHUNK;
    int wanted = on.workers().threads() * TASKS_PER_THREAD;
    int groups = Math.clamp(wanted / chunks, 1, panels.count());
    int panelsInGroup = (panels.count() + groups - 1) / groups;
    long products = (long) Math.min(CHUNK, weight.rows()) * weight.cols() * panels.rows() / groups;
    on.workers()
        .run(
            chunks * groups,
            Execution.tasksAtOnce(products),
            (from, to, own) -> {
              for (int task = from; task < to; task++) {
                int firstPanel = task % groups * panelsInGroup;
                int endPanel = Math.min(panels.count(), firstPanel + panelsInGroup);
                if (firstPanel < endPanel) {
                  chunk(task / groups * CHUNK, firstPanel, endPanel, own);
                }
              }
            },
            on.scratch());
  }

  private void chunk(int firstOutput, int firstPanel, int endPanel, Scratch own) {
    int outputs = Math.min(CHUNK, weight.rows() - firstOutput);
    int wide = on.kernels().wide();
    int sumsLength = (endPanel - firstPanel) * CHUNK * wide;
    float[] sums = own.floats(Scratch.Use.SUMS, sumsLength);
    float[] widened = own.floats(Scratch.Use.WEIGHTS, CHUNK * DEPTH);
    Arrays.fill(sums, 0, sumsLength, 0);
    for (int k = 0; k < weight.cols(); k += DEPTH) {
      int depth = Math.min(DEPTH, weight.cols() - k);
      for (int o = 0; o < outputs; o++) {
        long first = (long) (firstOutput + o) * weight.cols() + k;
        on.kernels().unpack(weight, first, depth, widened, o * DEPTH);
      }
      Matrix weights = new Matrix(widened, 0, DEPTH);
      for (int panel = firstPanel; panel < endPanel; panel++) {
        Matrix into = sumsOf(sums, panel - firstPanel, panels.stride(panel));
        on.kernels().addProduct(panels.slice(panel, k), weights, depth, outputs, into);
      }
    }
    for (int panel = firstPanel; panel < endPanel; panel++) {
      store(panel, firstOutput, outputs, sumsOf(sums, panel - firstPanel, panels.stride(panel)));
    }
  }

  private Matrix sumsOf(float[] sums, int panelInGroup, int stride) {
    return new Matrix(sums, panelInGroup * CHUNK * on.kernels().wide(), stride);
  }

  private void store(int panel, int firstOutput, int outputs, Matrix sums) {
    float[] s = sums.values();
    int stride = sums.stride();
    for (int r = 0; r < panels.rowsIn(panel); r++) {
      int at = (panels.firstRow(panel) + r) * out.cols() + firstOutput;
      int sum = sums.at() + r;
      if (bias == null) {
        for (int o = 0; o < outputs; o++) {
          out.values()[at + o] = s[sum + o * stride];
        }
      } else {
        for (int o = 0; o < outputs; o++) {
          out.values()[at + o] = s[sum + o * stride] + bias[firstOutput + o];
        }
      }
    }
  }
}
