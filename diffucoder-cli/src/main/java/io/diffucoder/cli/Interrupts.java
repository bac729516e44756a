package io.diffucoder.cli;

import io.diffucoder.api.CancellationToken;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Until it ends, Ctrl-C and termination cancel a generation and leave it time to print what was
 * decided; the JVM then exits with 128 plus the signal's number.
 */
final class Interrupts {
  private static final long GRACE_SECONDS = 10;

  private final CancellationToken cancellation;
  private final Runnable restore;
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupt, "diffucoder-interrupt");

  private Interrupts(CancellationToken cancellation, Runnable restore) {
    this.cancellation = cancellation;
    this.restore = restore;
  }

  /**
   * Starts to listen.
   *
   * @param cancellation what a signal cancels
   * @param restore gives the terminal back if the generation does not end in time
   */
  static Interrupts cancelling(CancellationToken cancellation, Runnable restore) {
    Interrupts interrupts = new Interrupts(cancellation, restore);
    Runtime.getRuntime().addShutdownHook(interrupts.hook);
    return interrupts;
  }

  private void interrupt() {
    cancellation.cancel();
    try {
      if (!finished.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
        restore.run();
      }
    } catch (InterruptedException e) {
      restore.run();
    }
  }

  /** Stops to listen: all is printed. */
  void end() {
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyShuttingDown) {
      // The hook runs, and has just been told that all is printed.
      assert hook.getState() != Thread.State.NEW : "a shutdown without its hook";
    }
  }
}
