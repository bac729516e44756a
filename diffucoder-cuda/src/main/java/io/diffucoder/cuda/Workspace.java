package io.diffucoder.cuda;

import io.diffucoder.cuda.driver.DeviceArena;

/** Device memory of some ops that grows to what they need and is written anew each time. */
final class Workspace {
  private final DeviceArena arena;
  private final String what;
  private long address;
  private long size;

  Workspace(DeviceArena arena, String what) {
    this.arena = arena;
    this.what = what;
  }

  /** The address of at least so many bytes; the same as before if they sufficed. */
  long atLeast(long bytes) {
    if (bytes > size) {
      size = Math.max(bytes, Math.min(2 * size, 64L << 20));
      address = arena.allocate(size, what);
    }
    return address;
  }
}
