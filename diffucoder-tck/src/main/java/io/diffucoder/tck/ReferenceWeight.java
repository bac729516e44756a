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
    DType kept =
        switch (format) {
          case AS_STORED -> source.dtype();
          case F32 -> DType.F32;
          case F16 -> DType.F16;
          case BF16 -> DType.BF16;
        };
    double[] values = new double[Math.multiplyExact(source.rows(), source.cols())];
    for (int i = 0; i < values.length; i++) {
      values[i] = Encoding.round(Encoding.get(source.bytes(), source.dtype(), i), kept);
    }
    return new ReferenceWeight(backend, source.name(), source.rows(), source.cols(), values);
  }

  @Override
  public long allocatedBytes() {
    return 8L * values.length;
  }
}
