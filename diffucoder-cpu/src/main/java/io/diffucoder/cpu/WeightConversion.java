package io.diffucoder.cpu;

import io.diffucoder.cpu.kernel.StoredMatrix;
import io.diffucoder.spi.StoredNumbers;

/** Rewrites a stored matrix in another encoding. */
final class WeightConversion {
  private WeightConversion() {}

  /** Writes rows from … to − 1 of the source into memory for the whole matrix. */
  static void rows(StoredMatrix source, StoredMatrix target, int from, int to) {
    int cols = source.cols();
    long rowBytes = target.dtype().bytes(cols);
    float[] row = new float[cols];
    for (int r = from; r < to; r++) {
      source.decode(r, row, 0);
      StoredNumbers.encode(
          target.dtype(), row, 0, cols, target.bytes().asSlice(r * rowBytes, rowBytes));
    }
  }
}
