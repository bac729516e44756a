package io.diffucoder.tck;

import io.diffucoder.spi.RopeSpec;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.Weight;
import org.jspecify.annotations.Nullable;

/**
 * Mistakes that kernels are made with, one per backend; those of attention and of scores are in
 * {@link BrokenAttention} and {@link BrokenScores}. A kernel that turns out wrong in another way
 * gets its mistake planted here, so that the contracts can never miss it again.
 */
final class BrokenBackends {
  private BrokenBackends() {}

  /** The last row of a grid is guarded away. */
  static TensorBackend rowGuardOffByOne() {
    return BrokenBackend.with(ops ->
        new ForwardingOps(ops) {
          @Override
          public void linear(Tensor x, Weight weight, @Nullable Weight bias, Tensor out) {
            int rows = x.rows();
            if (rows > 1) {
              right.linear(x.firstRows(rows - 1), weight, bias, out.firstRows(rows - 1));
            }
          }
        });
  }

  /** The last tile is written whole, beyond the last row. */
  static TensorBackend writesBeyondTheLastRow() {
    return BrokenBackend.with(ops ->
        new ForwardingOps(ops) {
          @Override
          public void linear(Tensor x, Weight weight, @Nullable Weight bias, Tensor out) {
            right.linear(x, weight, bias, out);
            int beyond = out.rows() * out.cols();
            if (beyond < numbers(out).length) {
              numbers(out)[beyond] = 0;
            }
          }
        });
  }

  static TensorBackend forgetsTheBias() {
    return BrokenBackend.with(ops ->
        new ForwardingOps(ops) {
          @Override
          public void linear(Tensor x, Weight weight, @Nullable Weight bias, Tensor out) {
            right.linear(x, weight, null, out);
          }
        });
  }

  /** From four rows on the last bit differs, as it does when tiles sum in another order. */
  static TensorBackend dependsOnTheNumberOfRows() {
    return BrokenBackend.with(ops ->
        new ForwardingOps(ops) {
          @Override
          public void linear(Tensor x, Weight weight, @Nullable Weight bias, Tensor out) {
            right.linear(x, weight, bias, out);
            for (int i = 0; i < out.rows() * out.cols(); i++) {
              float rounded = (float) numbers(out)[i];
              numbers(out)[i] = x.rows() < 4 ? rounded : Math.nextUp(rounded);
            }
          }
        });
  }

  /** x / (sqrt(mean(x²)) + eps). */
  static TensorBackend epsOutsideTheRoot() {
    return BrokenBackend.with(ops ->
        new ForwardingOps(ops) {
          @Override
          public void rmsNorm(Tensor x, Weight scale, float eps, Tensor out) {
            double[] roots = new double[x.rows()];
            for (int r = 0; r < roots.length; r++) {
              for (int c = 0; c < x.cols(); c++) {
                roots[r] += Math.pow(numbers(x)[r * x.cols() + c], 2) / x.cols();
              }
            }
            right.rmsNorm(x, scale, eps, out);
            for (int i = 0; i < x.rows() * x.cols(); i++) {
              double square = roots[i / x.cols()];
              numbers(out)[i] *= Math.sqrt(square + eps) / (Math.sqrt(square) + eps);
            }
          }
        });
  }

  /** Element 2i turns with element 2i + 1, as in the original paper but not in this model. */
  static TensorBackend interleavedRope() {
    return BrokenBackend.with(ops ->
        new ForwardingOps(ops) {
          @Override
          public void rope(Tensor x, Tensor positions, RopeSpec spec) {
            reorder(x, spec.headDim(), Order.EVENS_THEN_ODDS);
            right.rope(x, positions, spec);
            reorder(x, spec.headDim(), Order.INTERLEAVED);
          }
        });
  }

  /** The last row is not scattered: a cache keeps an old one. */
  static TensorBackend staleCacheRow() {
    return BrokenBackend.with(ops ->
        new ForwardingOps(ops) {
          @Override
          public void scatterRows(Tensor x, Tensor rows, Tensor into) {
            int count = x.rows();
            if (count > 1) {
              right.scatterRows(x.firstRows(count - 1), rows.firstRows(count - 1), into);
            }
          }
        });
  }

  /** The array behind a tensor. */
  static double[] numbers(Tensor tensor) {
    return ((ReferenceTensor.Floats) tensor).values();
  }

  private enum Order {
    EVENS_THEN_ODDS,
    INTERLEAVED
  }

  private static void reorder(Tensor x, int width, Order order) {
    double[] old = numbers(x).clone();
    for (int head = 0; head < x.rows() * x.cols(); head += width) {
      for (int i = 0; i < width / 2; i++) {
        for (int half = 0; half < 2; half++) {
          int interleaved = head + 2 * i + half;
          int split = head + half * width / 2 + i;
          switch (order) {
            case EVENS_THEN_ODDS -> numbers(x)[split] = old[interleaved];
            case INTERLEAVED -> numbers(x)[interleaved] = old[split];
          }
        }
      }
    }
  }
}
