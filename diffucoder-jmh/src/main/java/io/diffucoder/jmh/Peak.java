package io.diffucoder.jmh;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** What cores can do at most: float32 multiply-adds in registers, and bytes read from memory. */
final class Peak {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 10;
  private static final int ROUNDS = 150_000;
  private static final int BYTES_READ_AT_ONCE = 8 << 20;

  /** Operations of one {@link #multiplyAdds} call; a multiply-add counts as two. */
  static final double FLOPS = 2.0 * CHAINS * FLOATS.length() * ROUNDS;

  /** Not a constant for the compiler, which would unroll the loop and spill the chains. */
  private static int step = 1;

  private Peak() {}

  /**
   * Ten independent chains of multiply-adds, enough for two of latency four or five a cycle. The
   * chain is the summand: as a factor it would need a copy each time, and reach half.
   */
  static float multiplyAdds() {
    FloatVector x = FloatVector.broadcast(FLOATS, 0.999f);
    FloatVector y = FloatVector.broadcast(FLOATS, 0.001f);
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector e = a;
    FloatVector f = a;
    FloatVector g = a;
    FloatVector h = a;
    FloatVector i = a;
    FloatVector j = a;
    int stepNow = step;
    int round = 0;
    while (round < ROUNDS) {
      a = x.fma(y, a);
      b = x.fma(y, b);
      c = x.fma(y, c);
      d = x.fma(y, d);
      e = x.fma(y, e);
      f = x.fma(y, f);
      g = x.fma(y, g);
      h = x.fma(y, h);
      i = x.fma(y, i);
      j = x.fma(y, j);
      round += stepNow;
    }
    FloatVector sum = a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j);
    return sum.reduceLanes(VectorOperators.ADD);
  }

  /** GFLOP/s of so many threads now; takes about a millisecond once compiled. */
  static double gigaflops(int threads) {
    return onThreads(
        threads,
        thread -> {
          long start = System.nanoTime();
          float result = 0;
          for (int call = 0; call < 2; call++) {
            result += multiplyAdds();
          }
          double nanos = System.nanoTime() - start;
          if (Float.isNaN(result)) {
            throw new AssertionError("the chains grow slowly");
          }
          return 2 * FLOPS / nanos;
        });
  }

  /** Memory that is larger than any cache here. */
  static MemorySegment memory(Arena arena, long bytes) {
    return arena.allocate(bytes, 64).fill((byte) 1);
  }

  /** GB/s that so many threads read now, each another part of the memory. */
  static double gigabytes(int threads, MemorySegment memory) {
    long part = memory.byteSize() / threads / BYTES_READ_AT_ONCE * BYTES_READ_AT_ONCE;
    return onThreads(
        threads,
        thread -> {
          long start = System.nanoTime();
          read(memory.asSlice(thread * part, part));
          return (double) part / (System.nanoTime() - start);
        });
  }

  /** Reads it all. */
  static float read(MemorySegment memory) {
    int lanes = FLOATS.length();
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    long step = 16L * lanes;
    for (long at = 0; at + step <= memory.byteSize(); at += step) {
      a = a.add(at(memory, at));
      b = b.add(at(memory, at + 4L * lanes));
      c = c.add(at(memory, at + 8L * lanes));
      d = d.add(at(memory, at + 12L * lanes));
    }
    return a.add(b).add(c).add(d).reduceLanes(VectorOperators.ADD);
  }

  private static FloatVector at(MemorySegment memory, long offset) {
    return FloatVector.fromMemorySegment(FLOATS, memory, offset, ByteOrder.nativeOrder());
  }

  /** What a thread measures. */
  @FunctionalInterface
  private interface Rate {
    double measure(int thread);
  }

  /** The sum of what threads measure that begin together. */
  private static double onThreads(int threads, Rate rate) {
    if (threads == 1) {
      return rate.measure(0);
    }
    CyclicBarrier together = new CyclicBarrier(threads);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Callable<Double>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        tasks.add(() -> {
          together.await();
          return rate.measure(thread);
        });
      }
      double sum = 0;
      for (Future<Double> result : pool.invokeAll(tasks)) {
        sum += result.get();
      }
      return sum;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a measuring thread failed", e);
    }
  }
}
