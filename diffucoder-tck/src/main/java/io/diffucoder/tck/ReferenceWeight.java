package io.diffucoder.tck;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;

/** A weight of the reference backend, decoded to doubles. */
record ReferenceWeight(ReferenceBackend backend, String name, int rows, int cols, double[] values)
    implements Weight {

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

  @Override
  public long allocatedBytes() {
    return 8L * values.length;
  }
}
