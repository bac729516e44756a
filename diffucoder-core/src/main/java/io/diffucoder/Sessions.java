package io.diffucoder;

import io.diffucoder.sampling.Denoiser;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/** The running requests of a model, so that closing it can end them first (docs/adr/0006). */
final class Sessions {
  private final Set<Session> open = new HashSet<>();
  private volatile boolean closed;

  /** Whether the model is closed, or about to be: running generations end at their next look. */
  boolean closed() {
    return closed;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this model is closed; load it again to go on");
    }
  }

  /** A new session; the caller closes it. */
  Session open(Supplier<Denoiser> denoiser) {
    synchronized (open) {
      requireOpen();
      Session session = new Session(denoiser.get());
      open.add(session);
      return session;
    }
  }

  /**
   * Ends every session, waiting for the steps that are running.
   *
   * @return whether this was the first call
   * @throws IllegalStateException from within a running step, which would wait for itself
   */
  boolean closeAll() {
    List<Session> remaining;
    synchronized (open) {
      if (closed) {
        return false;
      }
      if (open.stream().anyMatch(Session::runsOnThisThread)) {
        throw new IllegalStateException(
            "a model cannot be closed from within a listener of its own generation; cancel the"
                + " request instead, and close the model afterwards");
      }
      closed = true;
      remaining = new ArrayList<>(open);
    }
    remaining.forEach(Session::close);
    return true;
  }

  /** One request's denoiser, used by one thread at a time. */
  final class Session implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Denoiser denoiser;

    private Session(Denoiser denoiser) {
      this.denoiser = denoiser;
    }

    /** Runs some steps; no other thread runs or closes the session meanwhile. */
    <T> T run(Function<Denoiser, T> steps) {
      lock.lock();
      try {
        return steps.apply(denoiser);
      } finally {
        lock.unlock();
      }
    }

    private boolean runsOnThisThread() {
      return lock.isHeldByCurrentThread();
    }

    @Override
    public void close() {
      lock.lock();
      try {
        denoiser.close();
      } finally {
        lock.unlock();
      }
      synchronized (open) {
        open.remove(this);
      }
    }
  }
}
