package io.diffucoder.jmh;

import io.diffucoder.cpu.CpuBackendProvider;
import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorBackendProvider;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.ServiceLoader;

/** A backend, and weights of random numbers in it. */
final class RandomBackend implements AutoCloseable {
  /** Of weights and activations: hidden states of a whole network stay finite. */
  static final double DEVIATION = 0.02;

  private static final String GPU = "cuda";

  private final TensorBackend backend;
  private final int threads;
  private final RandomNumbers numbers;
  private final Arena arena = Arena.ofShared();
  private long loadedBytes;

  private RandomBackend(TensorBackend backend, int threads, RandomNumbers.Keeping keeping) {
    this.backend = backend;
    this.threads = threads;
    this.numbers = new RandomNumbers(keeping);
  }

  /** The CPU backend on so many threads. */
  static RandomBackend cpu(int threads) {
    TensorBackend opened = new CpuBackendProvider().open(new BackendOptions(threads));
    return new RandomBackend(opened, threads, RandomNumbers.Keeping.IN_MEMORY);
  }

  /** The GPU, which {@link #gpuObstacle} has said nothing against. */
  static RandomBackend gpu() {
    TensorBackend opened = gpuProvider().orElseThrow().open(BackendOptions.DEFAULTS);
    return new RandomBackend(opened, 1, RandomNumbers.Keeping.IN_ONE_FILE);
  }

  /** Why there is no GPU to measure: one sentence without a full stop; empty if there is one. */
  static Optional<String> gpuObstacle() {
    return gpuProvider()
        .map(provider ->
            switch (provider.probe()) {
              case Availability.Available _ -> Optional.<String>empty();
              case Availability.Unavailable(String reason, _) -> Optional.of(reason);
            })
        .orElseGet(() -> Optional.of("diffucoder-cuda is not on the class path"));
  }

  private static Optional<TensorBackendProvider> gpuProvider() {
    return ServiceLoader.load(TensorBackendProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.name().equals(GPU))
        .findFirst();
  }

  TensorBackend backend() {
    return backend;
  }

  /** Compute threads of a CPU; 1 of a GPU. */
  int threads() {
    return threads;
  }

  /** A weight as a file would hold it. */
  Weight weight(int rows, int cols, DType type) {
    return weight(rows, cols, type, DEVIATION);
  }

  Weight weight(int rows, int cols, DType type, double deviation) {
    return load(rows, cols, type, numbers.of(type, deviation, (long) rows * cols));
  }

  /** A vector of ones: what a norm multiplies by. */
  Weight ones(int cols) {
    MemorySegment bytes = arena.allocate(DType.F32.bytes(cols), 64);
    for (int i = 0; i < cols; i++) {
      bytes.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1f);
    }
    return load(1, cols, DType.F32, bytes);
  }

  private Weight load(int rows, int cols, DType type, MemorySegment bytes) {
    loadedBytes += bytes.byteSize();
    WeightSource source = new WeightSource("random", rows, cols, type, bytes);
    return backend.loadWeight(source, WeightFormat.AS_STORED);
  }

  /** Bytes of a weight that a product reads: of its copy, or of the file if there is none. */
  static double bytes(Weight weight, DType stored) {
    long copied = weight.allocatedBytes();
    return copied > 0 ? copied : stored.bytes((long) weight.rows() * weight.cols());
  }

  /** Makes the numbers that matrices up to this size are parts of, so that loading is just that. */
  void prepare(DType type, long largest) {
    numbers.of(type, DEVIATION, largest);
  }

  /** Bytes of all weights that were loaded. */
  long loadedBytes() {
    return loadedBytes;
  }

  @Override
  public void close() {
    backend.close();
    numbers.close();
    arena.close();
  }
}
