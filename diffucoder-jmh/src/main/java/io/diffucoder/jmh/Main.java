package io.diffucoder.jmh;

import io.diffucoder.spi.DType;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A short selection in one table, in less than three minutes. Times are the processor's, of one
 * thread, and the peak is measured beside every run, because on a shared machine only such ratios
 * mean something; each line is a median.
 */
public final class Main {
  /** A line is measured for so long, and at least twice. */
  private static final double NANOS_PER_LINE = 1.5e9;

  private static final int MOST_RUNS = 50;
  private static final int LEAST_RUNS = 3;

  private final PrintStream out;

  private Main(PrintStream out) {
    this.out = out;
  }

  /** What a line is about. */
  private record Line(String name, double flops) {}

  /** Runs the selection; the arguments, if there are any, are the types to measure. */
  public static void main(String[] arguments) {
    DType[] types =
        arguments.length == 0
            ? new DType[] {DType.F32, DType.F16, DType.BF16, DType.Q8_0, DType.Q4_0}
            : Arrays.stream(arguments).map(DType::valueOf).toArray(DType[]::new);
    new Main(System.out).run(types);
  }

  private void run(DType[] types) {
    warmUp();
    try (Fixture fixture = new Fixture(1)) {
      out.printf("cpu: %s; JDK %s%n", fixture.device(), Runtime.version());
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = Peak.memory(arena, 256L << 20);
      double[] nanos = new double[9];
      for (int run = 0; run < nanos.length; run++) {
        nanos[run] = nanos(() -> Peak.read(memory));
      }
      out.printf("memory read: %.1f GB/s%n", memory.byteSize() / median(nanos));
    }
    out.printf(
        "%-44s %10s %10s %8s%n",
        "one thread, median of processor time", "ms", "GFLOP/s", "of peak");
    for (DType type : types) {
      linear(type);
    }
    for (int rows : new int[] {33, 512}) {
      try (AttentionCase attention = new AttentionCase(1, rows, 512)) {
        Line line = new Line("attention R %d, T 512".formatted(rows), attention.flops());
        measure(line, attention::run);
      }
    }
    for (ScoreBenchmark.Filter filter : ScoreBenchmark.Filter.values()) {
      try (ScoreCase score = new ScoreCase(1, 16, 152_064, filter.asTokenFilter())) {
        measure(new Line("score " + filter + " M 16, V 152064", 0), score::run);
      }
    }
  }

  private void linear(DType type) {
    for (int rows : new int[] {1, 33, 160, 512}) {
      linear(type, "3584x18944", rows);
    }
    for (int rows : new int[] {33, 512}) {
      linear(type, "3584x3584", rows);
      linear(type, "18944x3584", rows);
    }
    linear(type, "3584x152064", 33);
  }

  private void linear(DType type, String layer, int rows) {
    try (LinearCase linear = new LinearCase(1, rows, LinearCase.Layer.parse(layer), type)) {
      Line line = new Line("linear %s %s R %d".formatted(type, layer, rows), linear.flops());
      measure(line, linear::run);
    }
  }

  private void measure(Line line, Runnable operation) {
    operation.run();
    double[] nanos = new double[MOST_RUNS];
    double[] ratios = new double[MOST_RUNS];
    int runs = 0;
    double total = 0;
    while (runs < LEAST_RUNS || (total < NANOS_PER_LINE && runs < MOST_RUNS)) {
      double before = Peak.gigaflops();
      nanos[runs] = nanos(operation);
      double peak = (before + Peak.gigaflops()) / 2;
      ratios[runs] = line.flops() / nanos[runs] / peak;
      total += nanos[runs++];
    }
    double median = median(Arrays.copyOf(nanos, runs));
    double ratio = median(Arrays.copyOf(ratios, runs));
    if (line.flops() == 0) {
      out.printf("%-44s %10.2f%n", line.name(), median / 1e6);
    } else {
      out.printf(
          "%-44s %10.2f %10.1f %8.2f%n", line.name(), median / 1e6, line.flops() / median, ratio);
    }
  }

  private static void warmUp() {
    for (int i = 0; i < 20; i++) {
      Peak.gigaflops();
    }
    for (DType type : new DType[] {DType.F32, DType.F16, DType.BF16}) {
      for (int rows : new int[] {3, 33}) {
        try (LinearCase linear = new LinearCase(1, rows, new LinearCase.Layer(2048, 960), type)) {
          for (int i = 0; i < 20; i++) {
            linear.run();
          }
        }
      }
    }
  }

  private static double nanos(Runnable operation) {
    long start = Peak.cpuNanos();
    operation.run();
    return Peak.cpuNanos() - start;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
