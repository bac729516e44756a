package io.diffucoder.cpu.kernel;

/** Splits ranges among threads. */
public interface Workers {
  /**
   * Runs the task over 0 … count − 1 in pieces of at most {@code grain} indices and waits for all.
   * The caller's thread takes part with {@code own}. What a task throws, this throws.
   */
  void run(int count, int grain, RangeTask task, Scratch own);
}
