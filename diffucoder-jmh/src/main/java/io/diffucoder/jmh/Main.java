package io.diffucoder.jmh;

import io.diffucoder.spi.DType;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * A short selection of all benchmarks in one table, in less than five minutes. On a machine that
 * others share, only ratios to what it gives at the same time mean something: the float32
 * multiply-add peak is measured beside every run.
 */
public final class Main {
  /** A line is measured for so long, and at least so many times. */
  private static final double NANOS_PER_LINE = 1.0e9;

  private static final int MOST_RUNS = 200;
  private static final int LEAST_RUNS = 3;
  private static final int SCORED = 16;

  private static final List<DType> TYPES =
      List.of(DType.F32, DType.F16, DType.BF16, DType.Q8_0, DType.Q4_0);

  private final PrintStream out;
  private final int allThreads = Fixture.threads(0);

  private Main(PrintStream out) {
    this.out = out;
  }

  /**
   * Runs the selection for the types in the arguments, or five if there are none. {@code profile
   * TYPE ROWS} instead says where the time of a step goes.
   */
  public static void main(String[] arguments) {
    if (arguments.length > 0 && arguments[0].equals("profile")) {
      DType type = arguments.length > 1 ? DType.valueOf(arguments[1]) : DType.BF16;
      int rows = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 512;
      StepCase.Step step = StepCase.Step.full(rows, SCORED);
      try (StepCase running =
          new StepCase(Fixture.threads(0), RandomModel.dream7b(4), type, step)) {
        System.out.printf("a step of four 7B layers, %s, R %d%n", type, rows);
        Profile.of(running).print(System.out);
      }
      return;
    }
    List<DType> types =
        arguments.length == 0 ? TYPES : Arrays.stream(arguments).map(DType::valueOf).toList();
    new Main(System.out).run(types);
  }

  private void run(List<DType> types) {
    try (Fixture fixture = new Fixture(allThreads)) {
      out.printf("cpu: %s; JDK %s%n", fixture.device(), Runtime.version());
    }
    warmUp(types);
    peaks();
    out.printf("%nbest: the best run to the highest peak; median: of the runs, each to the peak%n");
    out.printf("just before and after it. Peaks are those of as many threads.%n%n");
    out.printf(
        "%-40s %3s %10s %9s %6s %7s %7s%n",
        "", "thr", "ms (best)", "GFLOP/s", "GB/s", "best", "median");
    for (DType type : types) {
      linear(type);
    }
    for (int rows : new int[] {33, 512}) {
      measure(
          "attention R %d, T 512".formatted(rows), new AttentionCase(new Fixture(1), rows, 512));
    }
    for (ScoreBenchmark.Filter filter : ScoreBenchmark.Filter.values()) {
      ScoreCase score = new ScoreCase(new Fixture(1), SCORED, 152_064, filter.asTokenFilter());
      measure("score %s M %d, V 152064".formatted(filter, SCORED), score);
    }
    for (DType type : types) {
      if (type != DType.F32 && type != DType.F16) {
        step(type);
      }
    }
  }

  /** As in a process that has run for a while: nothing is measured while it is compiled. */
  private static void warmUp(List<DType> types) {
    for (DType type : types) {
      for (int rows : new int[] {1, 33, 160}) {
        LinearCase.Layer layer = new LinearCase.Layer(3840, 360);
        try (LinearCase linear = new LinearCase(new Fixture(1), rows, layer, type)) {
          for (int i = 0; i < 20; i++) {
            linear.run();
          }
        }
      }
    }
    for (int i = 0; i < 200; i++) {
      Peak.gigaflops(1);
    }
  }

  private void peaks() {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = Peak.memory(arena, 512L << 20);
      for (int threads = 1; threads <= allThreads; threads += Math.max(1, allThreads - 1)) {
        double[] flops = new double[400];
        double[] bytes = new double[15];
        for (int i = 0; i < flops.length; i++) {
          flops[i] = Peak.gigaflops(threads);
        }
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = Peak.gigabytes(threads, memory);
        }
        out.printf(
            "%d thread%s: float32 peak %.1f GFLOP/s (median %.1f), memory read %.1f GB/s (median"
                + " %.1f)%n",
            threads, threads == 1 ? "" : "s", max(flops), median(flops), max(bytes), median(bytes));
      }
    }
  }

  private void linear(DType type) {
    linear(type, "3584x18944", 1, 1);
    linear(type, "3584x3584", 33, 1);
    linear(type, "3584x3584", 160, 1);
    linear(type, "3584x3584", 512, 1);
    linear(type, "18944x3584", 160, 1);
    if (allThreads > 1) {
      linear(type, "3584x18944", 1, allThreads);
      linear(type, "3584x3584", 33, allThreads);
      linear(type, "3584x3584", 512, allThreads);
    }
  }

  private void linear(DType type, String layer, int rows, int threads) {
    LinearCase linear =
        new LinearCase(new Fixture(threads), rows, LinearCase.Layer.parse(layer), type);
    measure("linear %s %s R %d".formatted(type, layer, rows), linear);
  }

  private void step(DType type) {
    for (int rows : new int[] {33, 512}) {
      StepCase.Step step = StepCase.Step.full(rows, SCORED);
      measure(
          "step, 4 layers, %s R %d".formatted(type, rows),
          new StepCase(allThreads, RandomModel.dream7b(4), type, step));
    }
  }

  /** Measures a case and closes it. */
  private void measure(String name, Case opened) {
    try (Case running = opened) {
      Work work = running.work();
      running.run(); // compiles
      running.run();
      double[] nanos = new double[MOST_RUNS];
      double[] ratios = new double[MOST_RUNS];
      int runs = 0;
      double total = 0;
      double highest = 0;
      while (runs < LEAST_RUNS || (total < NANOS_PER_LINE && runs < MOST_RUNS)) {
        double before = Peak.gigaflops(work.threads());
        long start = System.nanoTime();
        running.run();
        nanos[runs] = System.nanoTime() - start;
        double after = Peak.gigaflops(work.threads());
        highest = Math.max(highest, Math.max(before, after));
        ratios[runs] = work.flops() / nanos[runs] / ((before + after) / 2);
        total += nanos[runs++];
      }
      double best = min(Arrays.copyOf(nanos, runs));
      out.printf("%-40s %3d %10.2f", name, work.threads(), best / 1e6);
      if (work.flops() > 0) {
        out.printf(
            " %9.1f %6.1f %7.2f %7.2f",
            work.flops() / best,
            work.weightBytes() / best,
            work.flops() / best / highest,
            median(Arrays.copyOf(ratios, runs)));
      }
      out.println();
    }
  }

  private static double min(double[] values) {
    return Arrays.stream(values).min().orElseThrow();
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
