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
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class LinearBenchmark {
  /** Compute threads. */
  @Param("1")
  public int threads = 1;

  /** Rows R of the input. */
  @Param({"1", "33", "160", "512"})
  public int rows = 1;

  /** Input width x output width: attention, gate and up, down, head. */
  @Param({"3584x3584", "3584x18944", "18944x3584", "3584x152064"})
  public String layer = "5x7";

  /** Type of the weights. */
  @Param({"BF16", "F16", "F32"})
  public DType type = DType.BF16;

  private @Nullable LinearCase open;

  @Setup
  public void open() {
    open = new LinearCase(threads, rows, LinearCase.Layer.parse(layer), type);
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
