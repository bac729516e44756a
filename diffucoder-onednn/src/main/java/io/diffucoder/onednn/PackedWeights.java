package io.diffucoder.onednn;

import io.diffucoder.cpu.kernel.Execution;
import io.diffucoder.cpu.kernel.StoredMatrix;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The packed copies of weights. A weight is packed when it is first multiplied by, so that a table
 * that is only looked up takes nothing, and a table that is the head too is packed once.
 */
final class PackedWeights implements AutoCloseable {
  private final Operands operands;
  private final Products products;
  private final Lanes lanes;
  private final Map<StoredMatrix, Packed> weights = new ConcurrentHashMap<>();

  PackedWeights(Operands operands, Products products, Lanes lanes) {
    this.operands = operands;
    this.products = products;
    this.lanes = lanes;
  }

  /** A weight that is packed, or will be. */
  private static final class Packed {
    private volatile @Nullable PackedMatrix matrix;
  }

  /** The packed copy; packs it, on all threads, if there is none yet. */
  PackedMatrix get(Execution on, StoredMatrix weight) {
    Packed packed = weights.computeIfAbsent(weight, w -> new Packed());
    PackedMatrix matrix = packed.matrix;
    if (matrix != null) {
      return matrix;
    }
    synchronized (packed) { // another thread that needs it waits
      matrix = packed.matrix;
      if (matrix == null) {
        matrix = PackedMatrix.of(on, weight, operands, products, lanes);
        packed.matrix = matrix;
      }
      return matrix;
    }
  }

  /** Bytes of a weight's packed copy; 0 if there is none. */
  long bytes(StoredMatrix weight) {
    Packed packed = weights.get(weight);
    PackedMatrix matrix = packed == null ? null : packed.matrix;
    return matrix == null ? 0 : matrix.bytes();
  }

  @Override
  public void close() {
    for (Packed packed : weights.values()) {
      PackedMatrix matrix = packed.matrix;
      if (matrix != null) {
        matrix.close();
      }
    }
    weights.clear();
  }
}
