package io.diffucoder.tck;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code linear}: out = x · weightᵀ + bias, for every weight type and format. */
public abstract class LinearContract implements BackendContract {

  @Test
  void multiplies_by_the_transposed_weight_and_adds_the_bias() {
    try (Workbench bench = Workbench.on(openBackend())) {
      // Zero or the largest magnitude of the row: int8 products are exact too.
      Tensor x = bench.tensor(Matrix.of(2, 2, 2, -2, 0, 3));
      Weight weight = bench.weight(Matrix.of(3, 2, 1, 0, 0, 1, 10, -10));
      Tensor out = bench.out(2, 3);

      bench.ops().linear(x, weight, bench.weight(Matrix.row(0.5f, 0, -1)), out);

      Matrix expected = Matrix.of(2, 3, 2.5f, -2, 39, 0.5f, 3, -31);
      Tolerance.linear(bench.activationType(), 2).check("linear", expected, bench.read(out));
    }
  }

  @Test
  void equals_the_definition_at_every_size_and_weight_type() {
    try (Comparison comparison = Comparison.of(openBackend(), productRounding())) {
      for (OpCases.Shape shape : OpCases.shapes()) {
        Layer layer = Layer.of(shape, comparison.activationType());
        Matrix magnitude = layer.magnitude(comparison);
        for (DType type : Encoding.writable(shape.in())) {
          comparison.check(
              "linear " + type + " " + shape,
              Tolerance.linear(comparison.activationType(), shape.in()),
              magnitude,
              bench -> layer.run(bench, bench.weight(layer.weight, type, WeightFormat.AS_STORED)));
        }
      }
    }
  }

  @Test
  void adds_no_bias_where_there_is_none() {
    try (Comparison comparison = Comparison.of(openBackend(), productRounding())) {
      for (OpCases.Shape shape : OpCases.shapes()) {
        Layer layer = Layer.of(shape, comparison.activationType());
        Tolerance tolerance = Tolerance.linear(comparison.activationType(), shape.in());
        comparison.check(
            "linear without bias " + shape,
            tolerance,
            comparison.expected(bench -> layer.abs().run(bench, bench.weight(layer.weight.abs()))),
            bench -> {
              Tensor out = bench.out(shape.rows(), shape.out());
              bench.ops().linear(bench.tensor(layer.x), bench.weight(layer.weight), null, out);
              return out;
            });
      }
    }
  }

  @Test
  void rounds_weights_to_every_format_that_the_backend_takes() {
    try (Comparison comparison = Comparison.of(openBackend(), productRounding())) {
      Layer layer =
          Layer.of(new OpCases.Shape(17, 160, 65), comparison.activationType()).moderate();
      Matrix magnitude = layer.magnitude(comparison);
      for (WeightFormat format : comparison.tested().backend().info().weightFormats()) {
        for (DType type : Encoding.writable(160)) {
          comparison.check(
              "linear " + type + " kept " + format,
              Tolerance.linear(comparison.activationType(), 160),
              magnitude,
              bench -> layer.run(bench, bench.weight(layer.weight, type, format)));
        }
      }
    }
  }

  @Test
  void reads_weights_at_any_address() {
    try (Comparison comparison = Comparison.of(openBackend(), productRounding())) {
      Layer layer = Layer.of(new OpCases.Shape(5, 257, 33), comparison.activationType());
      for (DType type : Encoding.writable(257)) {
        for (int offset : new int[] {1, 2, 4}) {
          comparison.check(
              "linear " + type + " weight at offset " + offset,
              Tolerance.linear(comparison.activationType(), 257),
              layer.magnitude(comparison),
              bench -> {
                WeightSource source = bench.source(layer.weight, type, offset);
                return layer.run(bench, bench.backend().loadWeight(source, WeightFormat.AS_STORED));
              });
        }
      }
    }
  }

  @Test
  void multiplies_every_block_format_at_any_address() {
    try (Comparison comparison = Comparison.of(openBackend(), productRounding())) {
      for (DType type : Encoding.quantised()) {
        for (OpCases.Shape shape : blockShapes(type)) {
          Matrix x = OpCases.normal(shape.rows(), shape.in(), 1, 1).rounded(DType.BF16);
          comparison.check(
              "linear " + type + " " + shape,
              Tolerance.linear(comparison.activationType(), shape.in()),
              magnitudeOfBlocks(comparison, shape, type, x),
              bench -> {
                WeightSource source =
                    bench.randomBlocks(shape.out(), shape.in(), type, shape.rows() % 3);
                Tensor out = bench.out(shape.rows(), shape.out());
                Weight weight = bench.backend().loadWeight(source, WeightFormat.AS_STORED);
                bench.ops().linear(bench.tensor(x), weight, null, out);
                return out;
              });
        }
      }
    }
  }

  /** Few blocks and many, rows and outputs of ugly sizes. */
  private static List<OpCases.Shape> blockShapes(DType type) {
    int block = type.blockSize();
    return List.of(
        new OpCases.Shape(1, block, 1),
        new OpCases.Shape(2, 3 * block, 7),
        new OpCases.Shape(5, 2 * block, 33),
        new OpCases.Shape(33, 512 + block, 13),
        new OpCases.Shape(7, 4096 + 512 + block, 3));
  }

  private static Matrix magnitudeOfBlocks(
      Comparison comparison, OpCases.Shape shape, DType type, Matrix x) {
    return comparison.expected(bench -> {
      WeightSource source = bench.randomBlocks(shape.out(), shape.in(), type, 0);
      int count = shape.out() * shape.in();
      float[] numbers = Encoding.decoded(type, source.bytes(), count);
      Matrix magnitudes = new Matrix(shape.out(), shape.in(), numbers).abs();
      Tensor out = bench.out(shape.rows(), shape.out());
      bench.ops().linear(bench.tensor(x.abs()), bench.weight(magnitudes), null, out);
      return out;
    });
  }

  @Test
  void leaves_the_rows_after_a_view_alone() {
    try (Comparison comparison = Comparison.of(openBackend(), productRounding())) {
      for (int rows : OpCases.sizes()) {
        comparison.check(
            "linear into a view of " + rows + " rows",
            Tolerance.linear(comparison.activationType(), 3),
            bench -> {
              Tensor out = bench.tensor(Matrix.filled(rows + 2, 5, 9));
              Tensor x = bench.tensor(Matrix.filled(rows + 2, 3, 2));
              Weight weight = bench.weight(Matrix.filled(5, 3, 1));
              bench.ops().linear(x.firstRows(rows), weight, null, out.firstRows(rows));
              return out;
            });
      }
    }
  }

  /** A layer's input and weights; the bounds are in proportion to the product of their sizes. */
  private record Layer(OpCases.Shape shape, Matrix x, Matrix weight, Matrix bias) {
    static Layer of(OpCases.Shape shape, DType activationType) {
      Matrix x = OpCases.values(shape.rows(), shape.in(), 1).rounded(activationType);
      Matrix weight = OpCases.values(shape.out(), shape.in(), 2);
      return new Layer(shape, x, weight, OpCases.values(1, shape.out(), 3));
    }

    Layer moderate() {
      Matrix x = OpCases.normal(shape.rows(), shape.in(), 1, 1).rounded(DType.BF16);
      Matrix weight = OpCases.normal(shape.out(), shape.in(), 1, 2);
      return new Layer(shape, x, weight, bias);
    }

    Layer abs() {
      return new Layer(shape, x.abs(), weight.abs(), bias.abs());
    }

    Matrix magnitude(Comparison comparison) {
      return comparison.expected(bench -> abs().run(bench, bench.weight(weight.abs())));
    }

    Tensor run(Workbench bench, Weight loaded) {
      Tensor out = bench.out(shape.rows(), shape.out());
      bench.ops().linear(bench.tensor(x), loaded, bench.weight(bias), out);
      return out;
    }
  }
}
