package io.diffucoder.core.files;

import io.diffucoder.api.ModelLoadException;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.StoredNumbers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Writes a planned GGUF file: rows are read from the source's map, encoded by several threads, and
 * written where they belong. The bytes do not depend on the number of threads.
 */
final class GgufWriter {
  /** Numbers that a thread encodes at a time: 256 KiB as float32, which stay in its cache. */
  private static final int NUMBERS_AT_ONCE = 1 << 16;

  /** From here on a number rounds to an infinite float16. */
  private static final float TOO_LARGE_FOR_FLOAT16 = 65520;

  private final GgufPlan plan;
  private final FileChannel channel;

  private GgufWriter(GgufPlan plan, FileChannel channel) {
    this.plan = plan;
    this.channel = channel;
  }

  /**
   * Writes all of a file into an empty channel.
   *
   * @throws ModelLoadException if a weight cannot be encoded as planned
   * @throws io.diffucoder.api.GenerationCancelledException if cancelled
   */
  static void write(GgufPlan plan, FileChannel channel, GgufExport.Work work) throws IOException {
    new GgufWriter(plan, channel).write(work);
  }

  private void write(GgufExport.Work work) throws IOException {
    GgufLayout layout = plan.layout();
    writeFully(ByteBuffer.wrap(layout.header()), 0);
    writeFully(ByteBuffer.allocate(1), layout.size() - 1); // what nobody writes is zero
    try (ExecutorService pool =
        Executors.newFixedThreadPool(work.threads(), Thread.ofPlatform().daemon().factory())) {
      Pieces pieces = new Pieces(new ExecutorCompletionService<>(pool), work);
      for (int i = 0; i < plan.parts().size(); i++) {
        GgufPlan.Part part = plan.parts().get(i);
        long offset = layout.offsets().get(i);
        long cols = part.source().shape().getLast();
        long rows = part.source().isVector() ? 1 : part.source().shape().getFirst();
        long atOnce = Math.max(1, NUMBERS_AT_ONCE / cols);
        for (long row = 0; row < rows; row += atOnce) {
          long first = row * cols;
          int count = Math.toIntExact(Math.min(atOnce, rows - row) * cols);
          pieces.add(() -> writePiece(part, offset, first, count));
        }
      }
      pieces.finish();
    }
  }

  /** Pieces of work of which only so many wait at a time. */
  private static final class Pieces {
    private final CompletionService<Long> pieces;
    private final GgufExport.Work work;
    private int unfinished;
    private long written;

    Pieces(CompletionService<Long> pieces, GgufExport.Work work) {
      this.pieces = pieces;
      this.work = work;
    }

    void add(Callable<Long> piece) throws IOException {
      work.cancellation().throwIfCancelled();
      if (unfinished == 2 * work.threads()) {
        finishOne();
      }
      pieces.submit(piece);
      unfinished++;
    }

    void finish() throws IOException {
      while (unfinished > 0) {
        finishOne();
      }
    }

    private void finishOne() throws IOException {
      try {
        written += pieces.take().get();
        unfinished--;
        work.written().accept(written);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while writing");
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case IOException io -> throw io;
          case RuntimeException unchecked -> throw unchecked;
          case Error error -> throw error;
          case null, default -> throw new AssertionError(e);
        }
      }
    }
  }

  /** Encodes and writes some numbers of a tensor, whole rows; returns their encoded bytes. */
  private long writePiece(GgufPlan.Part part, long offset, long first, int count)
      throws IOException {
    DType from = part.source().dtype();
    DType to = part.entry().type();
    MemorySegment stored = part.source().bytes().asSlice(from.bytes(first), from.bytes(count));
    ByteBuffer encoded =
        from == to ? stored.asByteBuffer() : ByteBuffer.wrap(encode(part, stored, count));
    writeFully(encoded, offset + to.bytes(first));
    return to.bytes(count);
  }

  private static byte[] encode(GgufPlan.Part part, MemorySegment stored, int count) {
    DType to = part.entry().type();
    float[] numbers = new float[count];
    StoredNumbers.decode(part.source().dtype(), stored, count, numbers, 0);
    byte[] encoded = new byte[Math.toIntExact(to.bytes(count))];
    try {
      requireRoom(to, numbers);
      StoredNumbers.encode(to, numbers, 0, count, MemorySegment.ofArray(encoded));
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(
          "%s: tensor %s cannot be written as %s: %s"
              .formatted(
                  part.source().file(), Malformed.quote(part.source().name()), to, e.getMessage()),
          e);
    }
    return encoded;
  }

  /** Rounding to float16 must not make an infinity of a number. */
  private static void requireRoom(DType type, float[] numbers) {
    if (type != DType.F16) {
      return;
    }
    for (float number : numbers) {
      if (Math.abs(number) >= TOO_LARGE_FOR_FLOAT16 && Float.isFinite(number)) {
        throw new IllegalArgumentException(
            "%s is beyond the largest float16, 65504; use BF16".formatted(number));
      }
    }
  }

  private void writeFully(ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }
}
