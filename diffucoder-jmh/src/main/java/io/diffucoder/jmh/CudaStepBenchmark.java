package io.diffucoder.jmh;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.Scores;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
 * A whole denoising step of the 7B model's shape on the GPU: forward pass and scores. {@link
 * GpuTimes} is quicker, as it loads the weights once for all steps.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-Xmx4g"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class CudaStepBenchmark {
  /** Canvas positions T. */
  @Param({"256", "512", "1024", "2048"})
  public int canvas = 40;

  /** Rows that are computed; 0 for all, half of which are scored then, else a block of 32. */
  @Param({"0", "33", "64", "160"})
  public int window;

  /** Layers of the 7B model; 0 for a tiny network. */
  @Param("28")
  public int layers;

  /** Type of the matrices. */
  @Param({"BF16", "Q8_0"})
  public DType type = DType.BF16;

  private @Nullable RandomBackend backend;
  private @Nullable StepCase open;

  @Setup
  public void open() {
    open(RandomBackend.gpu());
  }

  void open(RandomBackend opened) {
    backend = opened;
    RandomModel model =
        new RandomModel(
            opened, layers == 0 ? RandomModel.tiny() : RandomModel.dream7bUntied(layers), type);
    StepCase.Step step =
        window == 0 ? StepCase.Step.full(canvas, canvas / 2) : StepCase.Step.window(canvas, window);
    open = new StepCase(model, step);
  }

  /** One step. */
  @Benchmark
  public List<Scores> step() {
    return Objects.requireNonNull(open).run();
  }

  @TearDown
  public void close() {
    Objects.requireNonNull(open).close();
    Objects.requireNonNull(backend).close();
  }

  /** Runs this benchmark with JMH's options, or says why it cannot. */
  public static void main(String[] arguments) throws Exception {
    Optional<String> obstacle = RandomBackend.gpuObstacle();
    if (obstacle.isPresent()) {
      System.out.printf("no GPU to measure: %s%n", obstacle.get());
      System.exit(GpuTimes.NO_GPU);
    }
    String[] all = new String[arguments.length + 1];
    all[0] = CudaStepBenchmark.class.getSimpleName();
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    org.openjdk.jmh.Main.main(all);
  }
}
