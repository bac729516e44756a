package io.diffucoder.tck;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.AttentionSpec.Segment;
import io.diffucoder.spi.RopeSpec;
import io.diffucoder.spi.RowRange;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.Weight;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What window decoding rests on: a pass over some rows of a canvas, with the keys and values of the
 * others kept in the store, gives those rows the very bits that a pass over all rows gives them;
 * wherever the keys lie, if their order is the canvas's.
 */
public abstract class WindowContract implements BackendContract {
  private static final int CANVAS = 150; // more keys than any backend reads at a time
  private static final int WIDTH = 48;
  private static final List<RowRange> ALL = OpCases.range(0, CANVAS);

  /**
   * A layer's attention part: its weights, and a store with room for a canvas and what is aside.
   */
  private record Layer(
      Workbench bench,
      OpCases.Heads heads,
      Matrix hidden,
      List<Weight> weights,
      Tensor keyStore,
      Tensor valueStore) {

    static Layer of(Workbench bench, OpCases.Heads heads) {
      int kvWidth = heads.kvHeads() * heads.headDim();
      List<Weight> weights =
          List.of(
              bench.weight(OpCases.normal(heads.heads() * heads.headDim(), WIDTH, 0.3, 1)),
              bench.weight(OpCases.normal(kvWidth, WIDTH, 0.3, 2)),
              bench.weight(OpCases.normal(kvWidth, WIDTH, 0.3, 3)));
      return new Layer(
          bench,
          heads,
          OpCases.normal(CANVAS, WIDTH, 1, 4),
          weights,
          bench.out(2 * CANVAS, kvWidth),
          bench.out(2 * CANVAS, kvWidth));
    }

    /** What these rows of the canvas become, their keys and values put at these store rows. */
    Matrix run(Matrix canvas, int[] rows, int[] storeRows, List<RowRange> keys) {
      Tensor x = bench.tensor(canvas.pick(rows)); // (R, D)
      Tensor positions = bench.indices(rows);
      Tensor store = bench.indices(storeRows);
      Tensor q = projected(x, 0); // (R, H*Dh)
      Tensor k = projected(x, 1); // (R, Hkv*Dh)
      RopeSpec rope = new RopeSpec(heads.headDim(), 1e6);
      bench.ops().rope(q, positions, rope);
      bench.ops().rope(k, positions, rope);
      bench.ops().scatterRows(k, store, keyStore);
      bench.ops().scatterRows(projected(x, 2), store, valueStore);
      Tensor out = bench.out(rows.length, q.cols());
      Segment segment = new Segment(new RowRange(0, rows.length), keys);
      AttentionSpec spec =
          new AttentionSpec(heads.heads(), heads.kvHeads(), heads.headDim(), List.of(segment));
      bench.ops().attention(q, keyStore, valueStore, spec, out);
      return bench.read(out);
    }

    private Tensor projected(Tensor x, int weight) {
      Tensor out = bench.out(x.rows(), weights.get(weight).rows());
      bench.ops().linear(x, weights.get(weight), null, out);
      return out;
    }

    /** A pass over all rows of a canvas, in place. */
    Matrix full(Matrix canvas) {
      int[] rows = OpCases.rows(0, CANVAS);
      return run(canvas, rows, rows, ALL);
    }
  }

  @Test
  void a_window_over_kept_keys_equals_the_pass_over_all_rows() {
    try (Workbench bench = Workbench.on(openBackend())) {
      for (OpCases.Heads heads : OpCases.heads()) {
        Layer layer = Layer.of(bench, heads);
        Matrix full = layer.full(layer.hidden());

        for (int[] rows : List.of(OpCases.rows(31, 33), OpCases.rows(0, 5), OpCases.rows(149, 1))) {
          Matrix window = layer.run(layer.hidden(), rows, rows, ALL);
          Tolerance.EXACT.check(
              "window of %d rows, %s".formatted(rows.length, heads), full.pick(rows), window);
        }
      }
    }
  }

  @Test
  void keys_put_aside_are_as_keys_in_place_and_leave_those_alone() {
    try (Workbench bench = Workbench.on(openBackend())) {
      for (OpCases.Heads heads : OpCases.heads()) {
        Layer layer = Layer.of(bench, heads);
        Matrix before = layer.full(layer.hidden());
        Matrix changed = OpCases.normal(CANVAS, WIDTH, 1, 5);
        int[] rows = OpCases.rows(40, 17);
        List<RowRange> around =
            List.of(new RowRange(0, 40), new RowRange(CANVAS + 3, 17), new RowRange(57, 93));

        Matrix aside = layer.run(changed, rows, OpCases.rows(CANVAS + 3, 17), around);
        Matrix after = layer.run(layer.hidden(), new int[] {7}, new int[] {7}, ALL);
        Matrix inPlace = layer.run(changed, rows, rows, ALL);

        Tolerance.EXACT.check("branch aside, " + heads, inPlace, aside);
        Tolerance.EXACT.check("canvas after the branch, " + heads, before.pick(7), after);
      }
    }
  }

  @Test
  void a_canvas_of_which_a_part_is_left_out_is_as_the_rest_alone() {
    try (Workbench bench = Workbench.on(openBackend())) {
      for (OpCases.Heads heads : OpCases.heads()) {
        Layer layer = Layer.of(bench, heads);
        layer.full(layer.hidden());
        int[] seen = IntStream.concat(IntStream.range(0, 70), IntStream.of(149)).toArray();
        List<RowRange> ranges = List.of(new RowRange(0, 70), new RowRange(149, 1));

        Matrix rest = layer.run(layer.hidden(), seen, seen, ranges);
        int[] packed = OpCases.rows(CANVAS, 71);
        Matrix alone = layer.run(layer.hidden(), seen, packed, OpCases.range(CANVAS, 71));

        Tolerance.EXACT.check("prefix and last position, " + heads, alone, rest);
      }
    }
  }
}
