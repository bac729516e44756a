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

  private VectorUnpack() {}

  static void float32(MemorySegment bytes, long first, int count, float[] into, int at) {
    MemorySegment.copy(bytes, FLOAT, 4 * first, into, at, count);
  }

  /**
   * The exponent and mantissa move to float32's places, where 2^112 makes up for the difference of
   * the biases, subnormals included; infinities and NaNs get float32's exponent.
   */
  static void float16(MemorySegment bytes, long first, int count, float[] into, int at) {
    int end = FLOATS.loopBound(count);
    for (int i = 0; i < end; i += LANES) {
      IntVector bits = widened(bytes, first + i);
      IntVector magnitude = bits.and(0x7FFF).lanewise(VectorOperators.LSHL, 13);
      IntVector sign = bits.and(0x8000).lanewise(VectorOperators.LSHL, 16);
      IntVector finite = magnitude.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
      IntVector value =
          finite.blend(magnitude.or(0x7F800000), magnitude.compare(VectorOperators.GE, 0x0F800000));
      value.or(sign).reinterpretAsFloats().intoArray(into, at + i);
    }
    for (int i = end; i < count; i++) { // scalar tail
      into[at + i] = Float.float16ToFloat(bytes.get(SHORT, 2 * (first + i)));
    }
  }

  static void bfloat16(MemorySegment bytes, long first, int count, float[] into, int at) {
    int end = FLOATS.loopBound(count);
    for (int i = 0; i < end; i += LANES) {
      IntVector bits = widened(bytes, first + i).lanewise(VectorOperators.LSHL, 16);
      bits.reinterpretAsFloats().intoArray(into, at + i);
    }
    for (int i = end; i < count; i++) { // scalar tail
      into[at + i] = Halves.fromBfloat16(bytes.get(SHORT, 2 * (first + i)));
    }
  }

  /** Stored 16-bit numbers from this one on, in the lower halves of 32 bits. */
  private static IntVector widened(MemorySegment bytes, long first) {
    ShortVector halves =
        ShortVector.fromMemorySegment(SHORTS, bytes, 2 * first, ByteOrder.LITTLE_ENDIAN);
    return (IntVector) halves.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
  }
}
