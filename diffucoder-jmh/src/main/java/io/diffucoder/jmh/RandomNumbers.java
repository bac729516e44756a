package io.diffucoder.jmh;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.StoredNumbers;
import io.diffucoder.tck.OpCases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Bytes of random numbers as files hold them, quick to make: short runs of a pool of normal
 * deviates in random order, so that no rows of a matrix are the same.
 */
final class RandomNumbers implements AutoCloseable {
  private static final int POOL = 1 << 16;
  private static final int RUN_BYTES = 64;
  private static final int CHUNK_RUNS = 1 << 14;

  /** The types that can be made of numbers. */
  private static final Set<DType> WRITTEN =
      EnumSet.of(DType.F32, DType.F16, DType.BF16, DType.Q8_0, DType.Q4_0);

  private final Arena arena = Arena.ofShared();
  private final Keeping keeping;
  private final Map<Kind, MemorySegment> pools = new HashMap<>();
  private final Map<Kind, Block> blocks = new HashMap<>();

  /** Where the bytes are. */
  enum Keeping {
    /** Each matrix has its own memory: a CPU backend reads it in place. */
    IN_MEMORY,
    /**
     * Each matrix is a new mapping of a part of one file, as large as the largest of them. A device
     * copies it, as it would from a checkpoint in the page cache, and 15 GB need not be made.
     */
    IN_ONE_FILE
  }

  private record Kind(DType type, double deviation) {}

  /** A file; the next matrix begins where the last one ended, if it fits. */
  private static final class Block {
    private final FileChannel channel;
    private final long size;
    private long next;

    Block(FileChannel channel, long size) {
      this.channel = channel;
      this.size = size;
    }

    MemorySegment map(long bytes, Arena arena) throws IOException {
      if (next + bytes > size) {
        next = 0;
      }
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, next, bytes, arena);
      next += bytes;
      return mapped;
    }
  }

  RandomNumbers(Keeping keeping) {
    this.keeping = keeping;
  }

  /**
   * So many numbers, to be read only.
   *
   * @param deviation their standard deviation
   * @param numbers whole blocks of the type
   */
  MemorySegment of(DType type, double deviation, long numbers) {
    Kind kind = new Kind(type, deviation);
    long bytes = type.bytes(numbers);
    return switch (keeping) {
      case IN_MEMORY -> fill(kind, arena.allocate(bytes, 64));
      case IN_ONE_FILE -> map(kind, bytes);
    };
  }

  private MemorySegment map(Kind kind, long bytes) {
    try {
      Block block = blocks.get(kind);
      if (block == null || block.size < bytes) {
        block = newBlock(kind, bytes);
        blocks.put(kind, block);
      }
      return block.map(bytes, arena);
    } catch (IOException e) {
      throw new UncheckedIOException("random numbers cannot be kept in a temporary file", e);
    }
  }

  private Block newBlock(Kind kind, long bytes) throws IOException {
    Path file = Files.createTempFile("random-numbers-", ".bin");
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    try (Arena written = Arena.ofShared()) {
      fill(kind, channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, written));
    }
    return new Block(channel, bytes);
  }

  private MemorySegment fill(Kind kind, MemorySegment bytes) {
    MemorySegment pool = pools.computeIfAbsent(kind, this::pool);
    int unit = kind.type.blockBytes();
    long run = (long) Math.max(1, RUN_BYTES / unit) * unit;
    long places = (pool.byteSize() - run) / unit + 1;
    long chunk = run * CHUNK_RUNS;
    LongStream.range(0, Math.ceilDiv(bytes.byteSize(), chunk))
        .parallel()
        .forEach(c -> {
          long end = Math.min(bytes.byteSize(), (c + 1) * chunk);
          for (long at = c * chunk; at < end; at += run) {
            long from = Math.floorMod(mix(at + bytes.byteSize()), places) * unit;
            MemorySegment.copy(pool, from, bytes, at, Math.min(run, end - at));
          }
        });
    return bytes;
  }

  /** SplitMix64's: what is drawn depends on the place alone, not on the thread. */
  private static long mix(long at) {
    long z = at * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  private MemorySegment pool(Kind kind) {
    MemorySegment bytes = arena.allocate(kind.type.bytes(POOL), 64);
    if (WRITTEN.contains(kind.type)) {
      float[] normal = OpCases.normal(1, POOL, kind.deviation, 1).values();
      StoredNumbers.encode(kind.type, normal, 0, POOL, bytes);
    } else {
      bytes.fill((byte) 0x22); // any bits are numbers; as scales, these are 0.012
    }
    return bytes;
  }

  @Override
  public void close() {
    arena.close();
    for (Block block : blocks.values()) {
      try {
        block.channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
