package io.diffucoder.cpu.kernel;

/**
 * With what an operation runs.
 *
 * @param kernels inner loops
 * @param workers threads
 * @param scratch the calling thread's memory
 */
public record Execution(Kernels kernels, Workers workers, Scratch scratch) {
  /** Elements below which a second thread costs more than it brings. */
  private static final int ELEMENTS_PER_TASK = 1 << 15;

  /** Products of two numbers below which a second thread costs more than it brings. */
  private static final long PRODUCTS_PER_TASK = 1 << 18;

  /** How many tasks of so many products each a thread takes at a time. */
  public static int tasksAtOnce(long products) {
    return (int) Math.max(1, PRODUCTS_PER_TASK / Math.max(1, products));
  }

  /**
   * Runs a task over rows, so many at a time that it pays.
   *
   * @param width elements of a row; where one takes as long as several that are copied, so many
   */
  public void overRows(int rows, int width, RangeTask task) {
    workers.run(rows, Math.max(1, ELEMENTS_PER_TASK / Math.max(1, width)), task, scratch);
  }
}
