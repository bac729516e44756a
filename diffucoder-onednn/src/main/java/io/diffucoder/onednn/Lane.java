package io.diffucoder.onednn;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Working memory of a thread while it multiplies, during which OpenMP starts no threads for it: the
 * backend's own threads share the work.
 */
final class Lane implements AutoCloseable {
  private static final int ARGUMENTS_BYTES = 64;

  private final Lanes pool;
  private final MemorySegment stream;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment arguments = arena.allocate(ARGUMENTS_BYTES, 8);
  private final NativeBuffer scratchpad = new NativeBuffer("the working memory of a product");
  private final NativeBuffer rows = new NativeBuffer("a product's rows");
  private final int[] sums = new int[PackedMatrix.SLICE];
  private int ompThreads;

  Lane(Lanes pool, MemorySegment engine) {
    this.pool = pool;
    this.stream = Dnnl.stream(engine);
  }

  /** Takes this lane for the calling thread. */
  Lane begin() {
    ompThreads = OpenMp.threads(1);
    return this;
  }

  MemorySegment stream() {
    return stream;
  }

  /** Room for a primitive's arguments. */
  MemorySegment arguments() {
    return arguments;
  }

  /** Room for what a primitive keeps while it runs. */
  MemorySegment scratchpad(long bytes) {
    return scratchpad.atLeast(Math.max(bytes, JAVA_BYTE.byteSize()));
  }

  /** Room for what goes into a primitive or comes out of it. */
  MemorySegment rows(long bytes) {
    return rows.atLeast(bytes);
  }

  /** Room for a row of whole numbers that a slice gives. */
  int[] sums() {
    return sums;
  }

  /** Gives the lane back. */
  @Override
  public void close() {
    OpenMp.threads(ompThreads);
    pool.giveBack(this);
  }

  /** Frees its memory. */
  void free() {
    scratchpad.close();
    rows.close();
    arena.close();
    Dnnl.destroy(Dnnl.Kind.STREAM, stream);
  }
}
