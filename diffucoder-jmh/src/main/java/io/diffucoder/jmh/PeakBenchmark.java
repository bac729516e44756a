package io.diffucoder.jmh;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The ceilings of one core, against which the others are read; {@link Main} prints them as rates.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PeakBenchmark {
  /** Memory that is read, in MiB. */
  @Param("512")
  public int mebibytes = 1;

  private final Arena arena = Arena.ofShared();
  private MemorySegment memory = MemorySegment.NULL;

  @Setup
  public void open() {
    memory = Peak.memory(arena, (long) mebibytes << 20);
  }

  /** {@link Peak#FLOPS} operations. */
  @Benchmark
  public float multiplyAdds() {
    return Peak.multiplyAdds();
  }

  /** {@link #mebibytes} MiB. */
  @Benchmark
  public float read() {
    return Peak.read(memory);
  }

  @TearDown
  public void close() {
    arena.close();
  }
}
