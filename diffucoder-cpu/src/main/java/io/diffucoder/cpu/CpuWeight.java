package io.diffucoder.cpu;

import io.diffucoder.cpu.kernel.StoredMatrix;
import io.diffucoder.spi.Weight;

/**
 * A weight in the caller's memory, or in the backend's after a conversion.
 *
 * @param vector its numbers if it has one row, else empty: norms and biases are used whole
 * @param allocatedBytes bytes of the conversion; what the multiplier holds comes on top
 */
record CpuWeight(
    CpuBackend owner, String name, StoredMatrix stored, float[] vector, long allocatedBytes)
    implements Weight {

  static CpuWeight of(CpuBackend owner, String name, StoredMatrix stored, long allocatedBytes) {
    float[] vector = new float[stored.rows() == 1 ? stored.cols() : 0];
    if (stored.rows() == 1) {
      stored.decode(0, vector, 0);
    }
    return new CpuWeight(
        owner, name, stored, vector, allocatedBytes + (long) Float.BYTES * vector.length);
  }

  @Override
  public long allocatedBytes() {
    return allocatedBytes + owner.multiplier().allocatedBytes(stored);
  }

  @Override
  public int rows() {
    return stored.rows();
  }

  @Override
  public int cols() {
    return stored.cols();
  }

  @Override
  public String toString() {
    return "'" + name + "' " + CpuArguments.shape(rows(), cols());
  }
}
