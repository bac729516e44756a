package io.diffucoder.jmh;

import io.diffucoder.spi.Tensor;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** {@code attention} with the heads of the 7B model. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class AttentionBenchmark {
  /** Compute threads; 0 is all that the machine has. */
  @Param({"1", "0"})
  public int threads = 1;

  /** Query rows R. */
  @Param({"33", "512"})
  public int rows = 1;

  /** Key rows T. */
  @Param({"512", "2048"})
  public int keys = 3;

  private @Nullable AttentionCase open;

  @Setup
  public void open() {
    open = new AttentionCase(new Fixture(Fixture.threads(threads)), rows, keys);
    PeakProfiler.announce(open.work());
  }

  /** One layer. */
  @Benchmark
  public Tensor attention() {
    return Objects.requireNonNull(open).run();
  }

  @TearDown
  public void close() {
    Objects.requireNonNull(open).close();
  }
}
