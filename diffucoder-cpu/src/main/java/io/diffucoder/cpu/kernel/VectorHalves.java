package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.TileMemory.within;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.BYTES;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.FLOATS;
import static io.diffucoder.cpu.kernel.VectorSpeciesConfig.LANES;
import static io.diffucoder.cpu.kernel.VectorWiden.STEP;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/**
 * Widens float16 by the processor's own instruction, which the Vector API does not have: C2 finds
 * it for a plain loop over arrays.
 */
final class VectorHalves {
  /** Numbers at a time: long enough that starting a copy does not count, and at home in L2. */
  private static final int AT_ONCE = 5 * PackedRows.DEPTH;

  static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private VectorHalves() {}

  /** {@code count} columns of two rows that begin at these offsets, whole vectors. */
  static void pair(RowPair rows, long first, long second, int count, int to) {
    for (int line = 0; line < 2; line++) {
      row(rows, line == 0 ? first : second, count, to + line * BYTES);
    }
  }

  private static void row(RowPair rows, long offset, int count, int to) {
    MemorySegment m = rows.weights().bytes();
    float[] widened = rows.own().floats(Scratch.Use.WIDENED, AT_ONCE);
    for (int done = 0; done < count; done += AT_ONCE) {
      int some = Math.min(AT_ONCE, count - done);
      widen(m, offset + 2L * done, some, rows.own(), widened, 0);
      int first = to + done / LANES * STEP;
      for (int i = 0; i < some; i += LANES) {
        VectorWiden.put(FloatVector.fromArray(FLOATS, widened, i), within(first + 24 * i));
      }
    }
  }

  /** sums[line] = x · line for three lines of weights that begin at these offsets. */
  static void dots(Operands o, int x, StoredMatrix weights, long[] lines, int sums, Scratch own) {
    float[] widened = own.floats(Scratch.Use.WIDENED, 3 * AT_ONCE);
    FloatVector a = FloatVector.zero(FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    for (int done = 0; done < weights.cols(); done += AT_ONCE) {
      int some = Math.min(AT_ONCE, weights.cols() - done);
      for (int line = 0; line < 3; line++) {
        widen(weights.bytes(), lines[line] + 2L * done, some, own, widened, line * AT_ONCE);
      }
      for (int i = 0; i < some; i += LANES) {
        FloatVector u = FloatVector.fromArray(FLOATS, o.x(), x + done + i);
        a = FloatVector.fromArray(FLOATS, widened, i).fma(u, a);
        b = FloatVector.fromArray(FLOATS, widened, AT_ONCE + i).fma(u, b);
        c = FloatVector.fromArray(FLOATS, widened, 2 * AT_ONCE + i).fma(u, c);
      }
    }
    a.intoArray(o.sums(), sums);
    b.intoArray(o.sums(), sums + LANES);
    c.intoArray(o.sums(), sums + 2 * LANES);
  }

  private static void widen(
      MemorySegment m, long offset, int count, Scratch own, float[] into, int at) {
    short[] halves = own.shorts(AT_ONCE);
    MemorySegment.copy(m, StoredMatrix.SHORT, offset, halves, 0, count);
    for (int i = 0; i < count; i++) { // the compiler makes vectors of it
      into[at + i] = Float.float16ToFloat(halves[i]);
    }
  }
}
