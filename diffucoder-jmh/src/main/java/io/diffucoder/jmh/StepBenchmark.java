package io.diffucoder.jmh;

import io.diffucoder.core.files.DreamConfig;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.Scores;
import java.util.List;
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

/**
 * A whole denoising step of the 7B model's shape with four layers: forward pass and scores. Its
 * GFLOP/s count the products with weights only, so attention and all else lower them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 3, time = 10)
public class StepBenchmark {
  /** Masked positions that are scored. */
  private static final int SCORED = 16;

  /** Compute threads; 0 is all that the machine has. */
  @Param({"1", "0"})
  public int threads = 1;

  /** Canvas positions R. */
  @Param({"33", "160", "512"})
  public int rows = SCORED;

  /** Layers of the 7B model; 0 for a tiny network. */
  @Param("4")
  public int layers;

  /** Type of the matrices. */
  @Param({"BF16", "Q8_0", "Q4_0"})
  public DType type = DType.BF16;

  private @Nullable StepCase open;

  @Setup
  public void open() {
    StepCase.Step step = StepCase.Step.full(rows, SCORED);
    DreamConfig config = layers == 0 ? RandomModel.tiny() : RandomModel.dream7b(layers);
    open = new StepCase(Fixture.threads(threads), config, type, step);
    PeakProfiler.announce(open.work());
  }

  /** One step. */
  @Benchmark
  public List<Scores> step() {
    return Objects.requireNonNull(open).run();
  }

  @TearDown
  public void close() {
    Objects.requireNonNull(open).close();
  }
}
