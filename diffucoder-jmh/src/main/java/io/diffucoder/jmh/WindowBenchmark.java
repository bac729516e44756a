package io.diffucoder.jmh;

import io.diffucoder.core.files.DreamConfig;
import io.diffucoder.core.model.PredictionShift;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.Window;
import io.diffucoder.sampling.WindowPolicy;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.RowRange;
import io.diffucoder.spi.Scores;
import java.util.BitSet;
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
 * A step of window decoding: the 7B model's shape with four layers, a canvas of which a block of 32
 * in the middle is decided, with what each policy computes of it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 3, time = 6)
public class WindowBenchmark {
  private static final int BLOCK = 32;

  /** What a step computes. */
  public enum Computed {
    /** The whole canvas. */
    FULL,
    /** The block, the row before it and 128 positions after it. */
    HORIZON_128,
    /** The block, the row before it and 32 positions after it. */
    HORIZON_32,
    /** The block and the row before it. */
    DUAL;

    Window window(int positions, RowRange block) {
      WindowPolicy policy =
          switch (this) {
            case FULL -> WindowPolicy.full();
            case HORIZON_128 -> WindowPolicy.prefixCache(128);
            case HORIZON_32 -> WindowPolicy.prefixCache(32);
            case DUAL -> WindowPolicy.dualCache();
          };
      Canvas canvas = Canvas.forCompletion(new int[1], positions - 1, 319);
      return policy.keepsNothing()
          ? policy.refresh(canvas, block)
          : policy.step(canvas, block, PredictionShift.predictors(block), new BitSet());
    }
  }

  /** What is computed. */
  @Param({"FULL", "HORIZON_128", "HORIZON_32", "DUAL"})
  public Computed computed = Computed.DUAL;

  /** Canvas positions T. */
  @Param("512")
  public int canvas = 2 * BLOCK;

  /** Layers of the 7B model; 0 for a tiny network. */
  @Param("4")
  public int layers;

  /** Type of the matrices. */
  @Param({"BF16", "Q8_0"})
  public DType type = DType.BF16;

  private @Nullable StepCase open;

  @Setup
  public void open() {
    RowRange block = new RowRange(canvas / 2, BLOCK);
    StepCase.Step step = new StepCase.Step(canvas, block, computed.window(canvas, block));
    DreamConfig config = layers == 0 ? RandomModel.tiny() : RandomModel.dream7b(layers);
    open = new StepCase(Fixture.threads(0), config, type, step);
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
