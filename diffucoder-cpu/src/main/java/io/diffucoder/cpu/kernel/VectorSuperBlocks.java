package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.TileMemory.within;
import static io.diffucoder.cpu.kernel.VectorBlocks.float16;
import static io.diffucoder.cpu.kernel.VectorBlocks.floats;
import static io.diffucoder.cpu.kernel.VectorBlocks.put;
import static io.diffucoder.cpu.kernel.VectorBlocks.unsignedBytes;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.FLOATS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANES;
import static io.diffucoder.cpu.kernel.VectorWiden.STEP;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Widens blocks of 256 numbers: see {@link VectorBlocks}. */
final class VectorSuperBlocks {
  static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  /** Vectors of 32 numbers. */
  private static final int PART = 32 / LANES;

  private VectorSuperBlocks() {}

  /** Scales, then 4 × 32 bytes whose low and high halves are 32 numbers each. */
  static void fourBits(byte[] b, int blocks, int to) {
    for (int pair = 0; pair < 4 * blocks; pair++) {
      int from = pair / 4 * 144;
      int part = pair % 4 * 2;
      FloatVector lowScale = scale(b, from, part);
      FloatVector lowMinimum = minimum(b, from, part);
      FloatVector highScale = scale(b, from, part + 1);
      FloatVector highMinimum = minimum(b, from, part + 1);
      long at = within(to + pair * 2 * PART * STEP);
      for (int i = 0; i < PART; i++) {
        IntVector codes = unsignedBytes(b, from + 16 + part * 16 + i * LANES);
        IntVector high = codes.lanewise(VectorOperators.LSHR, 4);
        put(floats(codes.and(15)).fma(lowScale, lowMinimum), at, i);
        put(floats(high).fma(highScale, highMinimum), at, PART + i);
      }
    }
  }

  /** As four bits, the fifths of all parts in 32 bytes before them. */
  static void fiveBits(byte[] b, int blocks, int to) {
    for (int pair = 0; pair < 4 * blocks; pair++) {
      int from = pair / 4 * 176;
      int part = pair % 4 * 2;
      FloatVector lowScale = scale(b, from, part);
      FloatVector lowMinimum = minimum(b, from, part);
      FloatVector highScale = scale(b, from, part + 1);
      FloatVector highMinimum = minimum(b, from, part + 1);
      long at = within(to + pair * 2 * PART * STEP);
      for (int i = 0; i < PART; i++) {
        IntVector codes = unsignedBytes(b, from + 48 + part * 16 + i * LANES);
        IntVector fifths = unsignedBytes(b, from + 16 + i * LANES);
        fifths = fifths.lanewise(VectorOperators.LSHR, part);
        IntVector low = codes.and(15).or(fifths.and(1).lanewise(VectorOperators.LSHL, 4));
        IntVector high = codes.lanewise(VectorOperators.LSHR, 4);
        high = high.or(fifths.and(2).lanewise(VectorOperators.LSHL, 3));
        put(floats(low).fma(lowScale, lowMinimum), at, i);
        put(floats(high).fma(highScale, highMinimum), at, PART + i);
      }
    }
  }

  /** 6 bits: of parts 0 … 3 in bytes 4 … 7, of 4 … 7 in bytes 12 … 15 and the tops of 4 … 7. */
  private static FloatVector scale(byte[] b, int from, int part) {
    int code =
        part < 4
            ? b[from + 4 + part] & 63
            : (b[from + 8 + part] & 15) | ((b[from + part] >> 6) & 3) << 4;
    return FloatVector.broadcast(FLOATS, float16(b, from) * code);
  }

  /** 6 bits: of parts 0 … 3 in bytes 8 … 11, of 4 … 7 in bytes 12 … 15 and the tops of 8 … 11. */
  private static FloatVector minimum(byte[] b, int from, int part) {
    int code =
        part < 4
            ? b[from + 8 + part] & 63
            : ((b[from + 8 + part] >> 4) & 15) | ((b[from + 4 + part] >> 6) & 3) << 4;
    return FloatVector.broadcast(FLOATS, -float16(b, from + 2) * code);
  }

  /** Two halves, each four quarters of 32 numbers from 64 bytes of low and 32 of upper bits. */
  static void sixBits(byte[] b, int blocks, int to) {
    for (int half = 0; half < 2 * blocks; half++) {
      int from = half / 2 * 210;
      int lows = from + half % 2 * 64;
      int uppers = from + 128 + half % 2 * 32;
      int scales = from + 192 + half % 2 * 8;
      float d = float16(b, from + 208);
      long at = within(to + half * 4 * PART * STEP);
      for (int i = 0; i < PART; i++) {
        IntVector even = unsignedBytes(b, lows + i * LANES);
        IntVector odd = unsignedBytes(b, lows + 32 + i * LANES);
        IntVector upper = unsignedBytes(b, uppers + i * LANES);
        int scale = scales + i * LANES / 16;
        put(six(even.and(15), upper.and(3), d * b[scale]), at, i);
        IntVector high = upper.lanewise(VectorOperators.LSHR, 2).and(3);
        put(six(odd.and(15), high, d * b[scale + 2]), at, PART + i);
        high = upper.lanewise(VectorOperators.LSHR, 4).and(3);
        even = even.lanewise(VectorOperators.LSHR, 4);
        put(six(even, high, d * b[scale + 4]), at, 2 * PART + i);
        high = upper.lanewise(VectorOperators.LSHR, 6);
        odd = odd.lanewise(VectorOperators.LSHR, 4);
        put(six(odd, high, d * b[scale + 6]), at, 3 * PART + i);
      }
    }
  }

  private static FloatVector six(IntVector low, IntVector high, float scale) {
    return floats(low.or(high.lanewise(VectorOperators.LSHL, 4)).sub(32)).mul(scale);
  }
}
