package io.diffucoder.jmh;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** What one core can do at most: float32 multiply-adds in registers, and bytes read from memory. */
final class Peak {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;
  private static final int ROUNDS = 500_000;

  /** Operations of one {@link #multiplyAdds} call; a multiply-add counts as two. */
  static final double FLOPS = 2.0 * CHAINS * FLOATS.length() * ROUNDS;

  private Peak() {}

  /** Twelve independent chains of multiply-adds: more than latency times throughput anywhere. */
  static float multiplyAdds() {
    FloatVector factor = FloatVector.broadcast(FLOATS, 0.999f);
    FloatVector summand = FloatVector.broadcast(FLOATS, 0.001f);
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
    FloatVector k = a;
    FloatVector l = a;
    for (int round = 0; round < ROUNDS; round++) {
      a = a.fma(factor, summand);
      b = b.fma(factor, summand);
      c = c.fma(factor, summand);
      d = d.fma(factor, summand);
      e = e.fma(factor, summand);
      f = f.fma(factor, summand);
      g = g.fma(factor, summand);
      h = h.fma(factor, summand);
      i = i.fma(factor, summand);
      j = j.fma(factor, summand);
      k = k.fma(factor, summand);
      l = l.fma(factor, summand);
    }
    FloatVector sum =
        a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l);
    return sum.reduceLanes(VectorOperators.ADD);
  }

  /** Processor time of this thread. */
  static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** GFLOP/s of one core now. */
  static double gigaflops() {
    long start = cpuNanos();
    float result = 0;
    int calls = 4;
    for (int call = 0; call < calls; call++) {
      result += multiplyAdds();
    }
    double nanos = cpuNanos() - start;
    if (Float.isNaN(result)) {
      throw new AssertionError("the chains converge to 1");
    }
    return calls * FLOPS / nanos;
  }

  /** Memory that is larger than any cache here. */
  static MemorySegment memory(Arena arena, long bytes) {
    return arena.allocate(bytes, 64).fill((byte) 1);
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
}
