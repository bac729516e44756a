package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.TileMemory.MEMORY;
import static io.diffucoder.cpu.kernel.TileMemory.within;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.BYTES;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.FLOATS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.INTS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANES;

import io.diffucoder.spi.DType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Widens two neighbouring rows of weights to float32, exactly, into {@link TileMemory}: step by
 * step a vector of the one and a vector of the other, at the distance at which the six outputs of a
 * tile lie. Two rows at a time fill whole cache lines.
 *
 * <p>Numbers in bfloat16 are loaded as pairs in 32-bit lanes, of which the lower and the upper
 * halves become a vector each: moving halves across lanes would cost more than the rest. Hence the
 * order of the columns ({@link #order}), which the input follows.
 */
final class VectorWiden {
  /** Bytes from one step to the next. */
  static final int STEP = Kernels.OUTPUTS * BYTES;

  private static final Map<DType, int[]> ORDERS = orders();

  private static final Map<DType, LoopCall> LOOPS = loops();

  private static Map<DType, LoopCall> loops() {
    Map<DType, LoopCall> loops = new EnumMap<>(DType.class);
    for (DType type : DType.values()) {
      loops.put(
          type,
          switch (type) {
            case F32 -> loop(MethodHandles.lookup(), "float32");
            case BF16 -> loop(MethodHandles.lookup(), "bfloat16");
            case F16 -> loop(VectorHalves.LOOKUP, "pair");
            default -> loop(VectorBlocks.LOOKUP, "pair");
          });
    }
    return loops;
  }

  private static LoopCall loop(MethodHandles.Lookup lookup, String name) {
    return LoopCall.of(lookup, name, RowPair.class, long.class, long.class, int.class, int.class);
  }

  /** The columns of a group in the order in which they lie in the vectors. */
  static int[] order(DType type) {
    return Objects.requireNonNull(ORDERS.get(type));
  }

  private static Map<DType, int[]> orders() {
    Map<DType, int[]> orders = new EnumMap<>(DType.class);
    for (DType type : DType.values()) {
      orders.put(type, orderOf(type));
    }
    return orders;
  }

  private static int[] orderOf(DType type) {
    return switch (type) {
      case BF16 -> interleaved(2);
      case Q8_0 -> LANES == 16 ? interleaved(1) : interleaved(4);
      case Q4_0, Q4_1, Q5_0, Q5_1 -> VectorBlocks.halves();
      default -> interleaved(1);
    };
  }

  private VectorWiden() {}

  /** Of every {@code ways} neighbours, one in each of as many vectors. */
  private static int[] interleaved(int ways) {
    int[] order = new int[ways * LANES];
    for (int p = 0; p < order.length; p++) {
      order[p] = p % LANES * ways + p / LANES;
    }
    return order;
  }

  /** {@code count} columns from {@code column} on. */
  static void pair(RowPair rows, int column, int count, int to) {
    StoredMatrix w = rows.weights();
    int group = Math.max(w.dtype().blockSize(), order(w.dtype()).length);
    int whole = count - count % group;
    long first = rows.first(column);
    long second = rows.second(column);
    Objects.requireNonNull(LOOPS.get(w.dtype())).run(rows, first, second, whole, to);
    if (whole < count) {
      int rest = to + whole / LANES * STEP;
      plain(w, first + w.dtype().bytes(whole), count - whole, rest);
      plain(w, second + w.dtype().bytes(whole), count - whole, rest + BYTES);
    }
  }

  static void float32(RowPair rows, long first, long second, int count, int to) {
    MemorySegment m = rows.weights().bytes();
    for (int i = 0; i < count; i += LANES) {
      long at = within(to + 24 * i); // 24 = 6 outputs · 4 bytes
      put(FloatVector.fromMemorySegment(FLOATS, m, first + 4L * i, ByteOrder.LITTLE_ENDIAN), at);
      put(
          FloatVector.fromMemorySegment(FLOATS, m, second + 4L * i, ByteOrder.LITTLE_ENDIAN),
          at + BYTES);
    }
  }

  static void bfloat16(RowPair rows, long first, long second, int count, int to) {
    MemorySegment m = rows.weights().bytes();
    for (int i = 0; i < count; i += 2 * LANES) {
      long at = within(to + 24 * i);
      IntVector a = pairs(m, first + 2L * i);
      IntVector b = pairs(m, second + 2L * i);
      put(a.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), at);
      put(b.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), at + BYTES);
      put(a.and(0xFFFF0000).reinterpretAsFloats(), at + STEP);
      put(b.and(0xFFFF0000).reinterpretAsFloats(), at + STEP + BYTES);
    }
  }

  /** Number by number, groups that are not whole filled up with zeros. */
  private static void plain(StoredMatrix w, long from, int count, int to) {
    int[] order = order(w.dtype());
    for (int group = 0; group < count; group += order.length) {
      for (int p = 0; p < order.length; p++) {
        int column = group + order[p];
        float value = column < count ? w.number(from + w.dtype().bytes(column)) : 0;
        int at = to + (group + p) / LANES * STEP + p % LANES * Float.BYTES;
        MEMORY.set(StoredMatrix.FLOAT, within(at), value);
      }
    }
  }

  static IntVector pairs(MemorySegment m, long at) {
    return IntVector.fromMemorySegment(INTS, m, at, ByteOrder.LITTLE_ENDIAN);
  }

  static void put(FloatVector value, long at) {
    value.intoMemorySegment(MEMORY, at, ByteOrder.LITTLE_ENDIAN);
  }
}
