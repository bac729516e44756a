package io.diffucoder.jmh;

/** Something of known work, ready to run again and again. */
interface Case extends AutoCloseable {
  /** Runs it once; the result is there to keep the compiler from leaving it out. */
  Object run();

  /** Waits for what a device may still have to run. */
  default void finish() {}

  /** What a run does. */
  Work work();

  @Override
  void close();
}
