package io.diffucoder.jmh;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * How long a case takes by the host's clock, from the call until its result is there.
 *
 * @param medianNanos of the samples
 * @param bestNanos the shortest sample
 * @param samples how many
 * @param callerShare the calling thread's CPU time as a share of it: it records operations and
 *     reads results, and sleeps while the device works
 */
record Timing(double medianNanos, double bestNanos, int samples, double callerShare) {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int FEWEST = 3;
  private static final int MOST = 500;

  /**
   * Warms up and measures.
   *
   * @param batch runs of a sample, which are waited for together
   * @param seconds how long to measure, after half as long to warm up
   */
  static Timing of(Case running, int batch, double seconds) {
    double[] nanos = new double[MOST];
    samples(running, batch, seconds / 2, nanos);
    long cpu = THREADS.getCurrentThreadCpuTime();
    int count = samples(running, batch, seconds, nanos);
    cpu = THREADS.getCurrentThreadCpuTime() - cpu;
    double[] sorted = Arrays.copyOf(nanos, count);
    double total = Arrays.stream(sorted).sum();
    Arrays.sort(sorted);
    return new Timing(
        sorted[count / 2] / batch, sorted[0] / batch, count, Math.max(0, cpu / total));
  }

  private static int samples(Case running, int batch, double seconds, double[] nanos) {
    double left = seconds * 1e9;
    int count = 0;
    while (count < FEWEST || (left > 0 && count < MOST)) {
      long start = System.nanoTime();
      for (int i = 0; i < batch; i++) {
        running.run();
      }
      running.finish();
      nanos[count] = System.nanoTime() - start;
      left -= nanos[count++];
    }
    return count;
  }
}
