package io.diffucoder.jmh;

import io.diffucoder.spi.Scores;
import io.diffucoder.spi.TokenFilter;
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

/** {@code score}: five numbers for each row of logits. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ScoreBenchmark {
  /** How tokens are chosen. */
  public enum Filter {
    /** The most likely token. */
    GREEDY,
    /** The model card's: temperature 0.3, top-p 0.95. */
    TOP_P;

    TokenFilter asTokenFilter() {
      return switch (this) {
        case GREEDY -> TokenFilter.GREEDY;
        case TOP_P -> new TokenFilter(0.3f, 0.95f, TokenFilter.NO_TOP_K);
      };
    }
  }

  /** Compute threads; 0 is all that the machine has. */
  @Param({"1", "0"})
  public int threads = 1;

  /** Rows M of logits. */
  @Param("16")
  public int rows = 1;

  /** Vocabulary V. */
  @Param("152064")
  public int vocabulary = 7;

  /** How tokens are chosen. */
  @Param public Filter filter = Filter.GREEDY;

  private @Nullable ScoreCase open;

  @Setup
  public void open() {
    open =
        new ScoreCase(
            new Fixture(Fixture.threads(threads)), rows, vocabulary, filter.asTokenFilter());
  }

  /** All rows. */
  @Benchmark
  public Scores score() {
    return Objects.requireNonNull(open).run();
  }

  @TearDown
  public void close() {
    Objects.requireNonNull(open).close();
  }
}
