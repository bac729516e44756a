package io.diffucoder.cpu.kernel;

/** Work on the indices from … to − 1, independent of all others. */
@FunctionalInterface
public interface RangeTask {
  /** Does the work with a thread's own memory. */
  void run(int from, int to, Scratch scratch);
}
