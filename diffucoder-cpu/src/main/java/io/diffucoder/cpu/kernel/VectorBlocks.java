package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.TileMemory.within;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.BYTES;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.FLOATS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.INTS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANES;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANE_BYTES;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.VECTOR_BYTES;
import static io.diffucoder.cpu.kernel.VectorWiden.STEP;

import io.diffucoder.spi.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Widens the blocks of quantised rows to float32: code · scale + minimum, as {@link
 * io.diffucoder.spi.StoredNumbers} defines them. The blocks are first copied as they are into an
 * array: a load from a memory segment costs C2 so much of its inlining budget that a loop with more
 * than ten of them is not compiled to vector code (docs/adr/0008).
 */
final class VectorBlocks {
  /** Moves byte i of four to the bottom of lane i. */
  private static final IntVector BYTE_SHIFTS = IntVector.broadcast(INTS, 0).addIndex(8).and(31);

  /** Vectors of 32 numbers. */
  private static final int PART = 32 / LANES;

  static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private static final Map<DType, LoopCall> LOOPS = loops();

  private static Map<DType, LoopCall> loops() {
    Map<DType, LoopCall> loops = new EnumMap<>(DType.class);
    loops.put(DType.Q8_0, loop(LOOKUP, "q8"));
    loops.put(DType.Q4_0, loop(LOOKUP, "q4"));
    loops.put(DType.Q4_1, loop(LOOKUP, "q4WithMinimum"));
    loops.put(DType.Q5_0, loop(LOOKUP, "q5"));
    loops.put(DType.Q5_1, loop(LOOKUP, "q5WithMinimum"));
    loops.put(DType.Q4_K, loop(VectorSuperBlocks.LOOKUP, "fourBits"));
    loops.put(DType.Q5_K, loop(VectorSuperBlocks.LOOKUP, "fiveBits"));
    loops.put(DType.Q6_K, loop(VectorSuperBlocks.LOOKUP, "sixBits"));
    return loops;
  }

  private static LoopCall loop(MethodHandles.Lookup lookup, String name) {
    return LoopCall.of(lookup, name, byte[].class, int.class, int.class);
  }

  private VectorBlocks() {}

  /** Order of the columns where a byte holds numbers i and i + 16 of a block. */
  static int[] halves() {
    int[] order = new int[32];
    for (int p = 0; p < 32; p++) {
      int step = p / LANES;
      order[p] = step % 2 * 16 + step / 2 * LANES + p % LANES;
    }
    return order;
  }

  /** {@code count} columns of two rows that begin at these offsets, whole blocks. */
  static void pair(RowPair rows, long first, long second, int count, int to) {
    DType type = rows.weights().dtype();
    LoopCall loop = Objects.requireNonNull(LOOPS.get(type));
    int size = (int) type.bytes(count);
    byte[] b = rows.own().bytes(Scratch.Use.BLOCKS, size);
    for (int line = 0; line < 2; line++) {
      long offset = line == 0 ? first : second;
      MemorySegment.copy(rows.weights().bytes(), StoredMatrix.BYTE, offset, b, 0, size);
      loop.run(b, count / type.blockSize(), to + line * BYTES);
    }
  }

  /** Four neighbours lie in a 32-bit lane; each vector takes one of every four. */
  static void q8(byte[] b, int blocks, int to) {
    for (int block = 0; block < blocks; block++) {
      long at = within(to + block * PART * STEP);
      int from = block * 34;
      FloatVector scale = FloatVector.broadcast(FLOATS, float16(b, from));
      if (LANES == 16) {
        put(floats(signedBytes(b, from + 2)).mul(scale), at, 0);
        put(floats(signedBytes(b, from + 18)).mul(scale), at, 1);
      } else {
        quarters(b, from + 2, scale, at);
      }
      if (LANES == 4) {
        quarters(b, from + 18, scale, at + 4L * STEP);
      }
    }
  }

  private static void quarters(byte[] b, int from, FloatVector scale, long to) {
    IntVector codes = ByteVector.fromArray(VECTOR_BYTES, b, from).reinterpretAsInts();
    put(floats(byteOf(codes, 24)).mul(scale), to, 0);
    put(floats(byteOf(codes, 16)).mul(scale), to, 1);
    put(floats(byteOf(codes, 8)).mul(scale), to, 2);
    put(floats(codes.lanewise(VectorOperators.ASHR, 24)).mul(scale), to, 3);
  }

  private static IntVector byteOf(IntVector codes, int shift) {
    return codes.lanewise(VectorOperators.LSHL, shift).lanewise(VectorOperators.ASHR, 24);
  }

  static void q4(byte[] b, int blocks, int to) {
    for (int block = 0; block < blocks; block++) {
      float scale = float16(b, block * 18);
      fourBits(b, block * 18 + 2, scale, -8 * scale, within(to + block * PART * STEP));
    }
  }

  static void q4WithMinimum(byte[] b, int blocks, int to) {
    for (int block = 0; block < blocks; block++) {
      float scale = float16(b, block * 20);
      float minimum = float16(b, block * 20 + 2);
      fourBits(b, block * 20 + 4, scale, minimum, within(to + block * PART * STEP));
    }
  }

  /** 16 bytes, their low halves numbers 0 … 15 and their high ones 16 … 31. */
  private static void fourBits(byte[] b, int from, float scale, float minimum, long to) {
    FloatVector d = FloatVector.broadcast(FLOATS, scale);
    FloatVector low = FloatVector.broadcast(FLOATS, minimum);
    nibbles(b, from, d, low, to);
    if (LANES <= 8) { // written out: C2 would keep a loop of two rounds
      nibbles(b, from + LANES, d, low, to + 2L * STEP);
    }
    if (LANES == 4) {
      nibbles(b, from + 8, d, low, to + 4L * STEP);
      nibbles(b, from + 12, d, low, to + 6L * STEP);
    }
  }

  private static void nibbles(byte[] b, int from, FloatVector d, FloatVector low, long to) {
    IntVector codes = unsignedBytes(b, from);
    put(floats(codes.and(15)).fma(d, low), to, 0);
    put(floats(codes.lanewise(VectorOperators.LSHR, 4)).fma(d, low), to, 1);
  }

  static void q5(byte[] b, int blocks, int to) {
    for (int block = 0; block < blocks; block++) {
      float scale = float16(b, block * 22);
      fiveBits(b, block * 22 + 2, scale, -16 * scale, within(to + block * PART * STEP));
    }
  }

  static void q5WithMinimum(byte[] b, int blocks, int to) {
    for (int block = 0; block < blocks; block++) {
      float scale = float16(b, block * 24);
      float minimum = float16(b, block * 24 + 2);
      fiveBits(b, block * 24 + 4, scale, minimum, within(to + block * PART * STEP));
    }
  }

  /** As four bits, each number's fifth in 32 bits before them. */
  private static void fiveBits(byte[] b, int from, float scale, float minimum, long to) {
    FloatVector d = FloatVector.broadcast(FLOATS, scale);
    FloatVector low = FloatVector.broadcast(FLOATS, minimum);
    int fifths = uint16(b, from) | uint16(b, from + 2) << 16;
    for (int i = 0; i < 16 / LANES; i++) {
      IntVector codes = unsignedBytes(b, from + 4 + i * LANES);
      IntVector first = codes.and(15).or(bit(fifths >>> (i * LANES)));
      IntVector second =
          codes.lanewise(VectorOperators.LSHR, 4).or(bit(fifths >>> (16 + i * LANES)));
      put(floats(first).fma(d, low), to, 2 * i);
      put(floats(second).fma(d, low), to, 2 * i + 1);
    }
  }

  /** Bit i of a word as 16 in lane i. */
  private static IntVector bit(int word) {
    IntVector lanes = IntVector.broadcast(INTS, 0).addIndex(1);
    return IntVector.broadcast(INTS, word)
        .lanewise(VectorOperators.LSHR, lanes)
        .and(1)
        .lanewise(VectorOperators.LSHL, 4);
  }

  static void put(FloatVector value, long at, int step) {
    VectorWiden.put(value, at + (long) step * STEP);
  }

  static FloatVector floats(IntVector codes) {
    return (FloatVector) codes.convertShape(VectorOperators.I2F, FLOATS, 0);
  }

  private static IntVector signedBytes(byte[] b, int at) {
    return (IntVector)
        ByteVector.fromArray(LANE_BYTES, b, at).convertShape(VectorOperators.B2I, INTS, 0);
  }

  /** As many bytes as a vector has lanes. */
  static IntVector unsignedBytes(byte[] b, int at) {
    if (LANES == 4) {
      return IntVector.broadcast(INTS, uint16(b, at) | uint16(b, at + 2) << 16)
          .lanewise(VectorOperators.LSHR, BYTE_SHIFTS)
          .and(255);
    }
    return (IntVector)
        ByteVector.fromArray(LANE_BYTES, b, at)
            .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
  }

  static float float16(byte[] b, int at) {
    return Float.float16ToFloat((short) uint16(b, at));
  }

  private static int uint16(byte[] b, int at) {
    return (b[at] & 255) | (b[at + 1] & 255) << 8;
  }
}
