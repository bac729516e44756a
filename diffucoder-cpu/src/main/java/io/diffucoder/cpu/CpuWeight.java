package io.diffucoder.cpu;

import io.diffucoder.cpu.kernel.StoredMatrix;
import io.diffucoder.spi.Weight;

/** A weight in the caller's memory, or in the backend's after a conversion. */
record CpuWeight(CpuBackend owner, String name, StoredMatrix stored, long allocatedBytes)
    implements Weight {

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
