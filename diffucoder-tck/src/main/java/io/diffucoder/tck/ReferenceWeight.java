package io.diffucoder.tck;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A weight of the reference backend, decoded to doubles. */
final class ReferenceWeight implements Weight {
  private final ReferenceBackend backend;
  private final String name;
  private final int rows;
  private final int cols;
  private final double[] values;
  private double @Nullable [] multiplied;

  private ReferenceWeight(
      ReferenceBackend backend, String name, int rows, int cols, double[] values) {
    this.backend = backend;
    this.name = name;
    this.rows = rows;
    this.cols = cols;
    this.values = values;
  }

  static ReferenceWeight decode(
      ReferenceBackend backend, WeightSource source, WeightFormat format) {
    DType kept = format.of(source.dtype());
    int count = Math.multiplyExact(source.rows(), source.cols());
    float[] stored = Encoding.decoded(source.dtype(), source.bytes(), count);
    float[] rounded = kept == source.dtype() ? stored : Encoding.rounded(stored, kept);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = rounded[i];
    }
    return new ReferenceWeight(backend, source.name(), source.rows(), source.cols(), values);
  }

  ReferenceBackend backend() {
    return backend;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int cols() {
    return cols;
  }

  /** The numbers, (rows, cols). */
  double[] values() {
    return values;
  }

  /** What the backend multiplies, rounded row by row when first asked for: few weights are. */
  synchronized double[] multiplied() {
    if (multiplied == null) {
      double[] rounded = new double[values.length];
      for (int from = 0; from < values.length; from += cols) {
        double[] row = Arrays.copyOfRange(values, from, from + cols);
        System.arraycopy(backend.rounding().weight().apply(row), 0, rounded, from, cols);
      }
      multiplied = rounded;
    }
    return multiplied;
  }

  @Override
  public long allocatedBytes() {
    return 8L * values.length;
  }
}
