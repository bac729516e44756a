package io.diffucoder.onednn;

import java.lang.foreign.MemorySegment;

/** Native memory that grows and is used again. */
final class NativeBuffer implements AutoCloseable {
  private final String what;
  private MemorySegment memory = MemorySegment.NULL;

  /** No memory yet. */
  NativeBuffer(String what) {
    this.what = what;
  }

  /** Memory of at least this size, holding anything; what was given before is freed if it grows. */
  MemorySegment atLeast(long bytes) {
    if (memory.byteSize() < bytes) {
      close();
      memory = NativeMemory.allocate(what, bytes);
    }
    return memory;
  }

  @Override
  public void close() {
    NativeMemory.free(memory);
    memory = MemorySegment.NULL;
  }
}
