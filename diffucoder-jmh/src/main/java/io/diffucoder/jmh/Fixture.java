package io.diffucoder.jmh;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Operations of a backend, with random weights and tensors of any size. */
final class Fixture implements AutoCloseable {
  private final RandomBackend backend;
  private final @Nullable RandomBackend owned;
  private final TensorOps ops;
  private final Tensor oneNumber;

  /** On a CPU backend of its own. */
  Fixture(int threads) {
    backend = RandomBackend.cpu(threads);
    owned = backend;
    ops = backend.backend().newOps();
    oneNumber = ops.allocate(1, 1);
  }

  /** On a backend that others use too, and that stays open. */
  Fixture(RandomBackend shared) {
    backend = shared;
    owned = null;
    ops = backend.backend().newOps();
    oneNumber = ops.allocate(1, 1);
  }

  /** So many, or all that the machine has if 0 are asked for. */
  static int threads(int asked) {
    return asked == 0 ? Runtime.getRuntime().availableProcessors() : asked;
  }

  int threads() {
    return backend.threads();
  }

  TensorOps ops() {
    return ops;
  }

  String device() {
    return backend.backend().info().device();
  }

  /** Bytes of so many numbers of tensors. */
  double activationBytes(double numbers) {
    return numbers * activationType().bytes(1);
  }

  private DType activationType() {
    return backend.backend().info().activationType();
  }

  /** A weight as a file would hold it. */
  Weight weight(int rows, int cols, DType type) {
    return backend.weight(rows, cols, type);
  }

  Weight ones(int cols) {
    return backend.ones(cols);
  }

  /** A tensor of normal deviates. */
  Tensor tensor(int rows, int cols) {
    return tensor(rows, cols, RandomBackend.DEVIATION);
  }

  Tensor tensor(int rows, int cols, double deviation) {
    Tensor tensor = ops.allocate(rows, cols);
    Weight table = backend.weight(rows, cols, activationType(), deviation);
    ops.embed(table, upTo(rows), tensor);
    return tensor;
  }

  /** The indices 0, 1 … */
  Tensor upTo(int rows) {
    Tensor indices = ops.allocateIndices(rows);
    ops.write(IntStream.range(0, rows).toArray(), indices);
    return indices;
  }

  /** Waits until all operations have run. */
  void finish() {
    ops.read(oneNumber, new float[1]);
  }

  @Override
  public void close() {
    ops.close();
    if (owned != null) {
      owned.close();
    }
  }
}
