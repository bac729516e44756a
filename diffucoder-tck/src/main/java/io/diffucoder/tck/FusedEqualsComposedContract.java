package io.diffucoder.tck;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.ScoreSpec.Measured;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorOps.Projection;
import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A fused operation is its default body, computed faster. */
public abstract class FusedEqualsComposedContract implements BackendContract {

  @Test
  void add_rms_norm_is_add_and_then_rms_norm() {
    try (Workbench bench = Workbench.on(openBackend())) {
      DType type = bench.activationType();
      for (OpCases.Shape shape : OpCases.shapes()) {
        int width = shape.in();
        Matrix residual = OpCases.values(shape.rows(), width, 1);
        Tensor x = bench.tensor(OpCases.values(shape.rows(), width, 2));
        Weight scale = bench.weight(OpCases.values(1, width, 3));
        Tensor composed = bench.tensor(residual);
        Tensor composedOut = bench.out(shape.rows(), width);
        bench.ops().add(x, composed);
        bench.ops().rmsNorm(composed, scale, 1e-6f, composedOut);
        Tensor fused = bench.tensor(residual);
        Tensor fusedOut = bench.out(shape.rows(), width);

        bench.ops().addRmsNorm(x, fused, scale, 1e-6f, fusedOut);

        Tolerance.add(type).check("addRmsNorm: residual", bench.read(composed), bench.read(fused));
        Tolerance.rmsNorm(type, width)
            .check("addRmsNorm: out", bench.read(composedOut), bench.read(fusedOut));
      }
    }
  }

  @Test
  void add_linear_is_linear_and_then_add() {
    try (Workbench bench = Workbench.on(openBackend())) {
      int turn = 0;
      for (OpCases.Shape shape : OpCases.shapes()) {
        List<DType> types = Encoding.writable(shape.in());
        checkAddLinear(bench, shape, types.get(turn++ % types.size()));
      }
    }
  }

  private static void checkAddLinear(Workbench bench, OpCases.Shape shape, DType stored) {
    Matrix numbers = OpCases.normal(shape.rows(), shape.in(), 1, 1);
    Matrix matrix = OpCases.normal(shape.out(), shape.in(), 1, 3);
    Matrix residual = OpCases.normal(shape.rows(), shape.out(), 1, 2);
    Tensor x = bench.tensor(numbers);
    Weight weight = bench.weight(matrix, stored, WeightFormat.AS_STORED);
    Tensor scratch = bench.out(shape.rows(), shape.out());
    Tensor composed = bench.tensor(residual);
    bench.ops().linear(x, weight, null, scratch);
    bench.ops().add(scratch, composed);
    Tensor fused = bench.tensor(residual);

    bench.ops().addLinear(x, weight, scratch, fused);

    double largest = numbers.maxAbs() * matrix.maxAbs() * Math.sqrt(shape.in()) + 4;
    Tolerance.linear(bench.activationType(), shape.in())
        .check(
            "addLinear " + stored + " " + shape,
            bench.read(composed),
            Matrix.filled(shape.rows(), shape.out(), (float) largest),
            bench.read(fused));
  }

  @Test
  void linears_are_several_times_linear() {
    try (Workbench bench = Workbench.on(openBackend())) {
      DType activation = bench.activationType();
      for (OpCases.Shape shape : OpCases.shapes()) {
        Matrix numbers = OpCases.normal(shape.rows(), shape.in(), 1, 1);
        Tensor x = bench.tensor(numbers);
        List<Projection> composed = projections(bench, shape);
        List<Projection> fused = projections(bench, shape);
        for (Projection p : composed) {
          bench.ops().linear(x, p.weight(), p.bias(), p.out());
        }

        bench.ops().linears(x, fused);

        Tolerance tolerance = Tolerance.linear(activation, shape.in());
        for (int i = 0; i < fused.size(); i++) {
          Matrix expected = bench.read(composed.get(i).out());
          tolerance.check(
              "linears: output " + i + " of " + shape,
              expected,
              Matrix.filled(expected.rows(), expected.cols(), 20f * shape.in()),
              bench.read(fused.get(i).out()));
        }
      }
    }
  }

  /** Outputs of different widths and weight types, one with a bias. */
  private static List<Projection> projections(Workbench bench, OpCases.Shape shape) {
    List<Projection> projections = new ArrayList<>();
    for (int out : new int[] {shape.out(), 1, 7}) {
      Matrix weight = OpCases.normal(out, shape.in(), 1, out);
      DType type = Encoding.writable(shape.in()).get(projections.size());
      projections.add(
          new Projection(
              bench.weight(weight, type, WeightFormat.AS_STORED),
              out == 7 ? bench.weight(OpCases.normal(1, out, 1, 9)) : null,
              bench.out(shape.rows(), out)));
    }
    return projections;
  }

  @Test
  void lm_head_score_is_linear_and_then_score() {
    List<TokenFilter> filters =
        List.of(
            TokenFilter.GREEDY,
            new TokenFilter(1, 1, TokenFilter.NO_TOP_K),
            new TokenFilter(0.5f, 0.9f, TokenFilter.NO_TOP_K),
            new TokenFilter(1, 0.95f, 7));
    try (Workbench bench = Workbench.on(openBackend())) {
      int turn = 0;
      for (OpCases.Shape shape : OpCases.shapes()) {
        for (DType type : Encoding.writable(shape.in())) {
          if (shape.rows() <= 65) {
            checkLmHead(bench, shape, type, filters.get(turn++ % filters.size()));
          }
        }
      }
    }
  }

  private static void checkLmHead(
      Workbench bench, OpCases.Shape shape, DType type, TokenFilter filter) {
    int vocabulary = shape.out() + 1;
    TokenSet banned = TokenSet.of(vocabulary / 2);
    ScoreSpec spec = new ScoreSpec(filter, Measured.FILTERED, banned, new RandomKey(4, 2));
    Matrix x = OpCases.normal(shape.rows(), shape.in(), 1, 1);
    Matrix head = OpCases.normal(vocabulary, shape.in(), 2 / Math.sqrt(shape.in()), 2);
    Tensor hidden = bench.tensor(x);
    Weight weight = bench.weight(head, type, WeightFormat.AS_STORED);
    Tensor composed = bench.out(shape.rows(), vocabulary);
    bench.ops().linear(hidden, weight, null, composed);
    int[] positions = IntStream.range(5, 5 + shape.rows()).toArray();

    Scores fused = bench.ops().lmHeadScore(hidden, weight, positions, spec);

    double largestTerm = x.maxAbs() * head.maxAbs() * Math.sqrt(shape.in());
    double logitError =
        Tolerance.linear(bench.activationType(), shape.in()).relative() * largestTerm;
    double sharpening = filter.temperature() > 0 ? 1 / filter.temperature() : 1;
    ScoreCheck.of(bench.read(composed), positions, spec)
        .allowing(logitError * sharpening)
        .check("lmHeadScore " + type + " " + shape, fused);
  }
}
