package io.diffucoder.jmh;

import io.diffucoder.cpu.CpuBackendProvider;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.StoredNumbers;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import io.diffucoder.tck.OpCases;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;

/** A CPU backend with random weights and tensors of any size. */
final class Fixture implements AutoCloseable {
  /** Numbers that are drawn; larger matrices repeat them. */
  private static final int DRAWN = 1 << 16;

  /** The types that can be made of numbers. */
  private static final Set<DType> WRITTEN =
      EnumSet.of(DType.F32, DType.F16, DType.BF16, DType.Q8_0, DType.Q4_0);

  private final Arena arena = Arena.ofShared();
  private final TensorBackend backend;
  private final TensorOps ops;

  Fixture(int threads) {
    backend = new CpuBackendProvider().open(new BackendOptions(threads));
    ops = backend.newOps();
  }

  /** So many, or all that the machine has if 0 are asked for. */
  static int threads(int asked) {
    return asked == 0 ? Runtime.getRuntime().availableProcessors() : asked;
  }

  TensorBackend backend() {
    return backend;
  }

  TensorOps ops() {
    return ops;
  }

  String device() {
    return backend.info().device();
  }

  /** A weight as a file would hold it. */
  Weight weight(int rows, int cols, DType type) {
    MemorySegment drawn = drawn(type);
    MemorySegment bytes = arena.allocate(type.bytes((long) rows * cols), 64);
    for (long at = 0; at < bytes.byteSize(); at += drawn.byteSize()) {
      long size = Math.min(drawn.byteSize(), bytes.byteSize() - at);
      MemorySegment.copy(drawn, 0, bytes, at, size);
    }
    WeightSource source = new WeightSource("random", rows, cols, type, bytes);
    return backend.loadWeight(source, WeightFormat.AS_STORED);
  }

  /** A tensor of normal deviates. */
  Tensor tensor(int rows, int cols) {
    Tensor tensor = ops.allocate(rows, cols);
    Tensor tokens = ops.allocateIndices(rows);
    ops.write(IntStream.range(0, rows).toArray(), tokens);
    ops.embed(weight(rows, cols, DType.F32), tokens, tensor);
    return tensor;
  }

  private MemorySegment drawn(DType type) {
    MemorySegment bytes = arena.allocate(type.bytes(DRAWN), 64);
    if (WRITTEN.contains(type)) {
      StoredNumbers.encode(type, OpCases.normal(1, DRAWN, 0.02, 1).values(), 0, DRAWN, bytes);
    } else {
      bytes.fill((byte) 0x22); // any bits are numbers; as scales, these are 0.012
    }
    return bytes;
  }

  @Override
  public void close() {
    ops.close();
    backend.close();
    arena.close();
  }
}
