package io.diffucoder.tck;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import org.junit.jupiter.api.Test;

/** {@code embed}: out[r] = table[tokens[r]], to the last bit. */
public abstract class EmbedContract implements BackendContract {

  @Test
  void copies_the_rows_of_the_tokens() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Matrix table = Matrix.of(3, 2, 1, 2, 3, 4, 5, 6);
      Tensor out = bench.out(4, 2);

      bench.ops().embed(bench.weight(table), bench.indices(2, 0, 2, 1), out);

      Matrix expected = Matrix.of(4, 2, 5, 6, 1, 2, 5, 6, 3, 4);
      Tolerance.EXACT.check("embed", expected, bench.read(out));
    }
  }

  @Test
  void is_exact_at_every_size_and_type() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      for (int size : OpCases.sizes()) {
        for (DType type : Encoding.writable(260 - size)) {
          Matrix table =
              OpCases.values(size, 260 - size, size)
                  .rounded(type)
                  .rounded(comparison.activationType());
          int[] tokens = OpCases.indices(33, size, size);

          comparison.check(
              "embed " + type + " " + size,
              Tolerance.EXACT,
              bench -> {
                Tensor out = bench.out(33, table.cols());
                bench
                    .ops()
                    .embed(
                        bench.weight(table, type, WeightFormat.AS_STORED),
                        bench.indices(tokens),
                        out);
                return out;
              });
        }
      }
    }
  }

  @Test
  void reads_tables_at_any_address() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Matrix table = OpCases.normal(5, 33, 1, 7).rounded(DType.BF16).rounded(DType.F16);
      for (DType type : Encoding.writable(33)) {
        Tensor out = bench.out(5, 33);

        bench
            .ops()
            .embed(
                bench.backend().loadWeight(bench.source(table, type, 1), WeightFormat.AS_STORED),
                bench.indices(0, 1, 2, 3, 4),
                out);

        Tolerance.EXACT.check(
            "embed unaligned " + type, table.rounded(bench.activationType()), bench.read(out));
      }
    }
  }

  @Test
  void decodes_every_block_format() {
    try (Comparison comparison = Comparison.of(openBackend())) {
      for (DType type : Encoding.quantised()) {
        for (int blocks : new int[] {1, 2, 3}) {
          int width = blocks * type.blockSize();
          comparison.check(
              "embed " + type + " width " + width,
              Tolerance.blocks(comparison.activationType()),
              Matrix.filled(3, width, 1000),
              bench -> {
                Tensor out = bench.out(3, width);
                WeightSource table = bench.randomBlocks(5, width, type, blocks);
                Weight loaded = bench.backend().loadWeight(table, WeightFormat.AS_STORED);
                bench.ops().embed(loaded, bench.indices(4, 0, 3), out);
                return out;
              });
        }
      }
    }
  }

  @Test
  void leaves_the_rows_after_the_last_token_alone() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Tensor out = bench.tensor(Matrix.filled(4, 3, 9));

      bench.ops().embed(bench.weight(Matrix.row(1, 2, 3)), bench.indices(0, 0), out.firstRows(2));

      Matrix expected = Matrix.of(4, 3, 1, 2, 3, 1, 2, 3, 9, 9, 9, 9, 9, 9);
      Tolerance.EXACT.check("embed into a view", expected, bench.read(out));
    }
  }

  @Test
  void rejects_tokens_outside_the_table_and_writes_nothing() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Tensor out = bench.tensor(Matrix.filled(2, 2, 9));
      var table = bench.weight(Matrix.of(3, 2, 1, 2, 3, 4, 5, 6));

      assertThatThrownBy(() -> bench.ops().embed(table, bench.indices(0, 3), out))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("embed");
      assertThatThrownBy(() -> bench.ops().embed(table, bench.indices(0, -1), out))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("embed");
      Tolerance.EXACT.check("embed rejected", Matrix.filled(2, 2, 9), bench.read(out));
    }
  }
}
