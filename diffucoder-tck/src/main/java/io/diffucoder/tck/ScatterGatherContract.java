package io.diffucoder.tck;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.spi.Tensor;
import org.junit.jupiter.api.Test;

/** {@code scatterRows} and {@code gatherRows}: copies of rows, to the last bit. */
public abstract class ScatterGatherContract implements BackendContract {

  @Test
  void scatter_replaces_the_named_rows_and_no_other() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Tensor store = bench.tensor(Matrix.filled(5, 2, 9));

      bench
          .ops()
          .scatterRows(
              bench.tensor(Matrix.of(3, 2, 1, 2, 3, 4, 5, 6)), bench.indices(4, 0, 2), store);

      Matrix expected = Matrix.of(5, 2, 3, 4, 9, 9, 5, 6, 9, 9, 1, 2);
      Tolerance.EXACT.check("scatterRows", expected, bench.read(store));
    }
  }

  @Test
  void gather_takes_the_named_rows_in_their_order_and_repeatedly() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Tensor out = bench.out(4, 2);

      bench
          .ops()
          .gatherRows(
              bench.tensor(Matrix.of(3, 2, 1, 2, 3, 4, 5, 6)), bench.indices(2, 0, 2, 1), out);

      Matrix expected = Matrix.of(4, 2, 5, 6, 1, 2, 5, 6, 3, 4);
      Tolerance.EXACT.check("gatherRows", expected, bench.read(out));
    }
  }

  @Test
  void scatter_is_exact_at_every_size() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      for (OpCases.Shape shape : OpCases.shapes()) {
        int storeRows = shape.rows() + shape.out();
        Matrix x = OpCases.values(shape.rows(), shape.in(), 1).rounded(comparison.activationType());
        int[] rows = OpCases.distinct(shape.rows(), storeRows, 2);

        comparison.check(
            "scatterRows " + shape,
            Tolerance.EXACT,
            bench -> {
              Tensor store = bench.tensor(Matrix.filled(storeRows, shape.in(), 9));
              bench.ops().scatterRows(bench.tensor(x), bench.indices(rows), store);
              return store;
            });
      }
    }
  }

  @Test
  void gather_is_exact_at_every_size() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      for (OpCases.Shape shape : OpCases.shapes()) {
        Matrix x = OpCases.values(shape.rows(), shape.in(), 1).rounded(comparison.activationType());
        int[] rows = OpCases.indices(shape.out(), shape.rows(), 2);

        comparison.check(
            "gatherRows " + shape,
            Tolerance.EXACT,
            bench -> {
              Tensor out = bench.tensor(Matrix.filled(shape.out() + 1, shape.in(), 9));
              bench
                  .ops()
                  .gatherRows(bench.tensor(x), bench.indices(rows), out.firstRows(shape.out()));
              return out;
            });
      }
    }
  }

  @Test
  void rows_outside_the_tensor_are_rejected_and_nothing_is_written() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Tensor two = bench.tensor(Matrix.filled(2, 3, 1));
      Tensor four = bench.tensor(Matrix.filled(4, 3, 9));

      for (int wrong : new int[] {-1, 4}) {
        assertThatThrownBy(() -> bench.ops().scatterRows(two, bench.indices(0, wrong), four))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("scatterRows");
        assertThatThrownBy(() -> bench.ops().gatherRows(four, bench.indices(0, wrong), two))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("gatherRows");
      }
      Tolerance.EXACT.check("scatterRows rejected", Matrix.filled(4, 3, 9), bench.read(four));
      Tolerance.EXACT.check("gatherRows rejected", Matrix.filled(2, 3, 1), bench.read(two));
    }
  }
}
