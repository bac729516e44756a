package io.diffucoder.tck;

import io.diffucoder.spi.Tensor;
import org.junit.jupiter.api.Test;

/** {@code swiglu}: out = gate / (1 + e^−gate) · up. */
public abstract class SwigluContract implements BackendContract {

  @Test
  void multiplies_up_by_the_sigmoid_weighted_gate() {
    try (Workbench bench = Workbench.on(openBackend())) {
      float ln3 = (float) Math.log(3); // sigmoid(ln 3) = 3/4, sigmoid(−ln 3) = 1/4
      Tensor out = bench.out(1, 3);

      bench
          .ops()
          .swiglu(bench.tensor(Matrix.row(0, ln3, -ln3)), bench.tensor(Matrix.row(5, 4, 4)), out);

      Matrix expected = Matrix.row(0, 3 * ln3, -ln3);
      Tolerance.swiglu(bench.activationType())
          .check("swiglu", expected, Matrix.row(1, 4, 2), bench.read(out));
    }
  }

  @Test
  void equals_the_definition_at_every_size() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      for (OpCases.Shape shape : OpCases.shapes()) {
        Inputs inputs = Inputs.of(shape.rows(), shape.in(), comparison);
        comparison.check(
            "swiglu " + shape,
            Tolerance.swiglu(comparison.activationType()),
            bench -> {
              Tensor out = bench.tensor(Matrix.filled(shape.rows() + 1, shape.in(), 9));
              bench
                  .ops()
                  .swiglu(
                      bench.tensor(inputs.gate),
                      bench.tensor(inputs.up),
                      out.firstRows(shape.rows()));
              return out;
            });
      }
    }
  }

  @Test
  void neither_overflows_nor_loses_the_sign_at_large_gates() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Tensor out = bench.out(1, 6);
      Matrix gate = Matrix.row(1000, -1000, 90, -90, 30000, -30000);

      bench.ops().swiglu(bench.tensor(gate), bench.tensor(Matrix.filled(1, 6, 2)), out);

      // x·sigmoid(x) is x far above 0 and nothing far below
      Matrix expected = Matrix.row(2000, 0, 180, 0, 60000, 0).rounded(bench.activationType());
      Tolerance.swiglu(bench.activationType())
          .check("swiglu large gates", expected, Matrix.filled(1, 6, 180), bench.read(out));
    }
  }

  @Test
  void may_write_over_the_gate_or_the_up_input() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      Inputs inputs = Inputs.of(17, 65, comparison);
      Tolerance tolerance = Tolerance.swiglu(comparison.activationType());

      comparison.check(
          "swiglu over gate",
          tolerance,
          bench -> {
            Tensor gate = bench.tensor(inputs.gate);
            bench.ops().swiglu(gate, bench.tensor(inputs.up), gate);
            return gate;
          });
      comparison.check(
          "swiglu over up",
          tolerance,
          bench -> {
            Tensor up = bench.tensor(inputs.up);
            bench.ops().swiglu(bench.tensor(inputs.gate), up, up);
            return up;
          });
    }
  }

  private record Inputs(Matrix gate, Matrix up) {
    static Inputs of(int rows, int width, Comparison comparison) {
      // gates of up to ±80 keep the smallest results above what float32 may flush to zero
      Matrix gate = OpCases.values(rows, width, 1).map(x -> Math.clamp(x, -50.0, 80.0));
      Matrix up = OpCases.values(rows, width, 2);
      return new Inputs(
          gate.rounded(comparison.activationType()), up.rounded(comparison.activationType()));
    }
  }
}
