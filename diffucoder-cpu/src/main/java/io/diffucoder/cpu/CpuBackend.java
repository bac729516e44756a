package io.diffucoder.cpu;

import io.diffucoder.api.DeviceMemoryException;
import io.diffucoder.cpu.kernel.Kernels;
import io.diffucoder.cpu.kernel.Scratch;
import io.diffucoder.cpu.kernel.StoredMatrix;
import io.diffucoder.spi.BackendInfo;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/** Weights, threads and the open ops of one CPU. */
final class CpuBackend implements TensorBackend {
  /** Rows of a weight that a thread converts at a time. */
  private static final int ROWS_AT_ONCE = 64;

  private final BackendInfo info;
  private final Multiplier multiplier;
  private final Kernels kernels;
  private final WorkerPool workers;
  private final Arena weights = Arena.ofShared();
  private final Set<CpuOps> open = new HashSet<>();
  private boolean closed;

  /**
   * Opens the threads.
   *
   * @param multiplier closed with this backend
   */
  CpuBackend(Multiplier multiplier, Kernels kernels, int threads) {
    this.multiplier = multiplier;
    this.kernels = kernels;
    workers = new WorkerPool(threads);
    info =
        new BackendInfo(
            multiplier.backendName(),
            BackendInfo.Kind.CPU,
            threads + " threads, " + multiplier.describe(),
            Runtime.getRuntime().maxMemory(),
            DType.F32,
            multiplier.weightFormats());
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  /** What users call this backend. */
  String name() {
    return info.name();
  }

  Multiplier multiplier() {
    return multiplier;
  }

  @Override
  public synchronized Weight loadWeight(WeightSource source, WeightFormat format) {
    requireOpen();
    requireOffered(source, format);
    StoredMatrix stored =
        new StoredMatrix(source.rows(), source.cols(), source.dtype(), source.bytes());
    DType encoding = format.of(source.dtype());
    if (encoding == source.dtype()) {
      return CpuWeight.of(this, source.name(), stored, 0);
    }
    MemorySegment memory = allocate(source, encoding);
    StoredMatrix converted = new StoredMatrix(source.rows(), source.cols(), encoding, memory);
    workers.run(
        source.rows(),
        ROWS_AT_ONCE,
        (from, to, own) -> WeightConversion.rows(stored, converted, from, to),
        new Scratch());
    return CpuWeight.of(this, source.name(), converted, memory.byteSize());
  }

  private void requireOffered(WeightSource source, WeightFormat format) {
    if (!info.weightFormats().contains(format)) {
      throw new IllegalArgumentException(
          "%s: weight '%s' cannot be kept as %s, only as %s"
              .formatted(name(), source.name(), format, info.weightFormats()));
    }
  }

  private MemorySegment allocate(WeightSource source, DType encoding) {
    if (source.cols() % encoding.blockSize() != 0) {
      throw new IllegalArgumentException(
          "%s: weight '%s' (%d, %d) cannot be %s, which needs rows of whole blocks of %d numbers"
              .formatted(
                  name(),
                  source.name(),
                  source.rows(),
                  source.cols(),
                  encoding,
                  encoding.blockSize()));
    }
    long bytes = encoding.bytes((long) source.rows() * source.cols());
    try {
      return weights.allocate(bytes, 64);
    } catch (OutOfMemoryError e) {
      throw new DeviceMemoryException(
          "%s: weight '%s' as %s needs %d bytes of native memory, which the system does not give;"
                  .formatted(name(), source.name(), encoding, bytes)
              + " use WeightFormat.AS_STORED, which needs none",
          e);
    }
  }

  @Override
  public synchronized TensorOps newOps() {
    requireOpen();
    CpuOps ops = new CpuOps(this, kernels, workers);
    open.add(ops);
    return ops;
  }

  synchronized void forget(CpuOps ops) {
    open.remove(ops);
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    if (!open.isEmpty()) {
      throw new IllegalStateException(
          "the %s backend still has %d open TensorOps; close them first"
              .formatted(name(), open.size()));
    }
    closed = true;
    workers.close();
    multiplier.close();
    weights.close();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the " + name() + " backend is closed");
    }
  }
}
