package io.diffucoder.cpu;

import io.diffucoder.cpu.kernel.RangeTask;
import io.diffucoder.cpu.kernel.Scratch;
import io.diffucoder.cpu.kernel.Workers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of daemon threads that split ranges with the calling thread. One range is worked on
 * at a time; another caller waits for it. Which thread takes which piece is left to chance, so a
 * task must not depend on it.
 */
final class WorkerPool implements Workers, AutoCloseable {
  /** Rounds of waiting before a thread sleeps: longer than the gap between two operations. */
  private static final int SPINS = 2_000;

  private final ReentrantLock oneAtATime = new ReentrantLock();
  private final Thread[] threads;
  private volatile @Nullable Region current;
  private volatile boolean closed;

  WorkerPool(int threads) {
    this.threads = new Thread[threads - 1];
    for (int i = 0; i < this.threads.length; i++) {
      this.threads[i] =
          Thread.ofPlatform().daemon().name("diffucoder-cpu-" + (i + 1)).start(this::serve);
    }
  }

  @Override
  public void run(int count, int grain, RangeTask task, Scratch own) {
    if (threads.length == 0 || count <= grain) {
      if (count > 0) {
        task.run(0, count, own);
      }
      return;
    }
    oneAtATime.lock(); // a caller that is interrupted still finishes its operation
    try {
      Region region = new Region(task, count, grain, threads.length + 1);
      current = region;
      int helpers = Math.min(threads.length, region.pieces - 1);
      for (int i = 0; i < helpers; i++) {
        LockSupport.unpark(threads[i]);
      }
      region.work(own);
      region.await();
      current = null;
      region.rethrow();
    } finally {
      oneAtATime.unlock();
    }
  }

  /** Ends the threads and waits until they have. A second close does nothing. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    for (Thread thread : threads) {
      LockSupport.unpark(thread);
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() {
    Scratch own = new Scratch();
    Region done = null;
    int spins = 0;
    while (!closed) {
      Region region = current;
      if (region != null && region != done) {
        region.work(own);
        done = region;
        spins = 0;
      } else if (spins < SPINS) {
        spins++;
        Thread.onSpinWait();
      } else {
        done = null; // else it would keep the operation's arrays from the garbage collector
        LockSupport.park(this);
        spins = 0;
      }
    }
  }

  /** One range being worked on: pieces are taken in order by whoever is free. */
  private static final class Region {
    private final RangeTask task;
    private final int count;
    private final int pieces;
    private final Thread caller = Thread.currentThread();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger unfinished;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** Pieces of about one size, and as many for each thread once there is one for each. */
    Region(RangeTask task, int count, int mostAtOnce, int threads) {
      this.task = task;
      this.count = count;
      int fewest = Math.ceilDiv(count, mostAtOnce);
      int even = fewest < threads ? fewest : Math.ceilDiv(fewest, threads) * threads;
      this.pieces = Math.min(count, even);
      this.unfinished = new AtomicInteger(pieces);
    }

    void work(Scratch own) {
      for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
        if (failure.get() == null) {
          try {
            task.run(start(piece), start(piece + 1), own);
          } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e); // the caller throws it
          }
        }
        if (unfinished.decrementAndGet() == 0) {
          LockSupport.unpark(caller);
        }
      }
    }

    private int start(int piece) {
      return (int) ((long) piece * count / pieces);
    }

    void await() {
      int spins = 0;
      boolean interrupted = false;
      while (unfinished.get() > 0) {
        if (spins < SPINS) {
          spins++;
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
          interrupted |= Thread.interrupted(); // else park would return at once
        }
      }
      if (interrupted) {
        caller.interrupt();
      }
    }

    void rethrow() {
      switch (failure.get()) {
        case null -> {}
        case Error e -> throw e;
        case RuntimeException e -> throw e;
        case Throwable e -> throw new AssertionError(e); // nothing else is stored
      }
    }
  }
}
