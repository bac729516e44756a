package io.diffucoder.jmh;

import io.diffucoder.spi.DType;
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

/** {@code linear} at the layers of the 7B model, weights as a file holds them. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx6g"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class LinearBenchmark {
  /** Compute threads; 0 is all that the machine has. */
  @Param({"1", "0"})
  public int threads = 1;

  /** Rows R of the input. */
  @Param({"1", "8", "33", "64", "160", "512"})
  public int rows = 1;

  /** Input width x output width: query and output, key and value, gate and up, down, head. */
  @Param({"3584x3584", "3584x512", "3584x18944", "18944x3584", "3584x152064"})
  public String layer = "5x7";

  /** Type of the weights. */
  @Param({"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K", "Q5_K", "Q6_K"})
  public DType type = DType.BF16;

  private @Nullable LinearCase open;

  @Setup
  public void open() {
    open =
        new LinearCase(
            new Fixture(Fixture.threads(threads)), rows, LinearCase.Layer.parse(layer), type);
    PeakProfiler.announce(open.work());
  }

  /** One layer. */
  @Benchmark
  public Tensor linear() {
    return Objects.requireNonNull(open).run();
  }

  @TearDown
  public void close() {
    Objects.requireNonNull(open).close();
  }
}
