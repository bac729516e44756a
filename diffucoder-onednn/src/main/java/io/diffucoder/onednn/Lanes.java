package io.diffucoder.onednn;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/** Lanes that nobody uses: as many as threads ever multiplied at a time. */
final class Lanes {
  private final MemorySegment engine;
  private final Deque<Lane> free = new ArrayDeque<>();

  Lanes(MemorySegment engine) {
    this.engine = engine;
  }

  /** A lane for the calling thread, which closes it. */
  Lane take() {
    Lane lane;
    synchronized (free) {
      lane = free.pollFirst(); // the last one used: its memory is in the caches
    }
    return (lane == null ? new Lane(this, engine) : lane).begin();
  }

  void giveBack(Lane lane) {
    synchronized (free) {
      free.addFirst(lane);
    }
  }

  /** Frees them. */
  void free() {
    free.forEach(Lane::free);
    free.clear();
  }
}
