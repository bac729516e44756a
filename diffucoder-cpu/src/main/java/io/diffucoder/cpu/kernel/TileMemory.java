package io.diffucoder.cpu.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * Where widened weights lie while they are multiplied: aligned native memory, one slot for each
 * thread that multiplies.
 *
 * <p>It is one constant on purpose. The address and the size are then constants in compiled code,
 * and an offset that went through {@link #within} is seen to be in bounds, so loops over it have no
 * bounds checks. Arrays cannot do: they begin at any multiple of 8 bytes, and a loop that loads
 * eight vectors for twelve multiply-adds loses a sixth of its speed where half of the loads cross
 * cache lines (docs/adr/0008).
 */
final class TileMemory {
  /** Bytes of a slot: a power of two, well below a core's share of L2. */
  static final int SLOT_BYTES = 1 << 17;

  /** Slots: a power of two, one for each processor; more threads wait for each other. */
  private static final int SLOTS =
      Math.max(4, Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors() - 1));

  /**
   * Keeps an offset of a float within the slots; up to {@link #MARGIN} bytes after it may be used.
   * Without the lowest bits it is one instruction, as C2 takes two for a mask of only low bits.
   */
  private static final int MASK = SLOTS * SLOT_BYTES - Float.BYTES;

  /** Bytes after the last slot: more than the vectors that are loaded from one masked offset. */
  private static final int MARGIN = 8 << 10;

  static final MemorySegment MEMORY =
      Arena.global().allocate((long) SLOTS * SLOT_BYTES + MARGIN, 4096);

  private static final BitSet TAKEN = new BitSet(SLOTS);

  private TileMemory() {}

  /** The offset itself if it is in a slot: written so that the compiler sees that it is. */
  static long within(int offset) {
    return offset & MASK;
  }

  /** The offset of a slot that nobody else has until it is released; waits if all are taken. */
  static int acquire() {
    synchronized (TAKEN) {
      boolean interrupted = false;
      int slot = TAKEN.nextClearBit(0);
      while (slot >= SLOTS) {
        try {
          TAKEN.wait();
        } catch (InterruptedException e) {
          interrupted = true; // the operation is finished first
        }
        slot = TAKEN.nextClearBit(0);
      }
      TAKEN.set(slot);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return slot * SLOT_BYTES;
    }
  }

  static void release(int offset) {
    synchronized (TAKEN) {
      TAKEN.clear(offset / SLOT_BYTES);
      TAKEN.notify();
    }
  }
}
