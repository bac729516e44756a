package io.diffucoder.jmh;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Adds to each JMH iteration what it reached in GFLOP/s, and its ratio to the float32 peak of as
 * many threads, measured just before and after: {@code -prof io.diffucoder.jmh.PeakProfiler}.
 */
public final class PeakProfiler implements InternalProfiler {
  private static final int MEASUREMENTS = 20;

  private static volatile @Nullable Work current;
  private double before;

  /** The benchmark that runs in this JVM now does this work in a run. */
  static void announce(Work work) {
    current = work;
  }

  @Override
  public String getDescription() {
    return "GFLOP/s, and the ratio to the float32 multiply-add peak around the iteration";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = peak();
  }

  @Override
  public List<Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    List<Result<?>> added = new ArrayList<>();
    Work work = current;
    if (work == null || work.flops() == 0) {
      return added;
    }
    double perRun = result.getPrimaryResult().getScore(); // average time in the benchmark's unit
    double nanos = perRun * benchmark.getTimeUnit().toNanos(1);
    double gigaflops = work.flops() / nanos;
    double peak = (before + peak()) / 2;
    added.add(new ScalarResult("gflops", gigaflops, "GFLOP/s", AggregationPolicy.AVG));
    added.add(new ScalarResult("ofPeak", gigaflops / peak, "of peak", AggregationPolicy.AVG));
    added.add(new ScalarResult("read", work.weightBytes() / nanos, "GB/s", AggregationPolicy.AVG));
    return added;
  }

  private static double peak() {
    Work work = current;
    if (work == null) {
      return 0;
    }
    double best = 0;
    for (int i = 0; i < MEASUREMENTS; i++) {
      best = Math.max(best, Peak.gigaflops(work.threads()));
    }
    return best;
  }
}
