package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.FLOATS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.INTS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANES;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.SHORTS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** Widening of stored numbers to float32; exact. */
final class VectorUnpack {
  private static final ValueLayout.OfFloat FLOAT =
      JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Half-precision numbers pass through a piece of the stack of this size. */
  private static final int PIECE = 512;

  private VectorUnpack() {}

  static void float32(MemorySegment bytes, long first, int count, float[] into, int at) {
    MemorySegment.copy(bytes, FLOAT, 4 * first, into, at, count);
  }

  /** Through an array: the compiler has a vector instruction for the loop over it. */
  static void float16(MemorySegment bytes, long first, int count, float[] into, int at) {
    short[] halves = new short[Math.min(count, PIECE)];
    for (int done = 0; done < count; done += PIECE) {
      int n = Math.min(PIECE, count - done);
      MemorySegment.copy(bytes, SHORT, 2 * (first + done), halves, 0, n);
      widen(halves, n, into, at + done);
    }
  }

  private static void widen(short[] halves, int count, float[] into, int at) {
    for (int i = 0; i < count; i++) {
      into[at + i] = Float.float16ToFloat(halves[i]);
    }
  }

  static void bfloat16(MemorySegment bytes, long first, int count, float[] into, int at) {
    int end = FLOATS.loopBound(count);
    for (int i = 0; i < end; i += LANES) {
      ShortVector halves =
          ShortVector.fromMemorySegment(SHORTS, bytes, 2 * (first + i), ByteOrder.LITTLE_ENDIAN);
      IntVector bits = (IntVector) halves.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
      bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(into, at + i);
    }
    for (int i = end; i < count; i++) { // scalar tail
      into[at + i] = Halves.fromBfloat16(bytes.get(SHORT, 2 * (first + i)));
    }
  }
}
