package io.diffucoder.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.diffucoder.cpu.kernel.Halves;
import io.diffucoder.cpu.kernel.Kernels;
import io.diffucoder.cpu.kernel.StoredMatrix;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.WeightFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Rewrites a stored matrix in another encoding, rounding to nearest even. */
final class WeightConversion {
  private static final ValueLayout.OfFloat FLOAT =
      JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private WeightConversion() {}

  /** The encoding that a format asks for. */
  static DType encoding(DType stored, WeightFormat format) {
    return switch (format) {
      case AS_STORED -> stored;
      case F32 -> DType.F32;
      case F16 -> DType.F16;
      case BF16 -> DType.BF16;
    };
  }

  /** Writes rows from … to − 1 of the source into memory for the whole matrix. */
  static void rows(Kernels kernels, StoredMatrix source, StoredMatrix target, int from, int to) {
    int cols = source.cols();
    float[] row = new float[cols];
    for (int r = from; r < to; r++) {
      long first = (long) r * cols;
      kernels.unpack(source, first, cols, row, 0);
      write(row, target, first);
    }
  }

  private static void write(float[] row, StoredMatrix target, long first) {
    MemorySegment bytes = target.bytes();
    switch (target.dtype()) {
      case F32 -> MemorySegment.copy(row, 0, bytes, FLOAT, 4 * first, row.length);
      case F16 -> {
        for (int i = 0; i < row.length; i++) {
          bytes.set(SHORT, 2 * (first + i), Float.floatToFloat16(row[i]));
        }
      }
      case BF16 -> {
        for (int i = 0; i < row.length; i++) {
          bytes.set(SHORT, 2 * (first + i), Halves.toBfloat16(row[i]));
        }
      }
    }
  }
}
