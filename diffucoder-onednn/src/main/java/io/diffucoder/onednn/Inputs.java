package io.diffucoder.onednn;

import io.diffucoder.cpu.kernel.Execution;
import io.diffucoder.cpu.kernel.Rows;
import java.lang.foreign.MemorySegment;

/** Some rows of an input as oneDNN's products read them, and for int8 their scales. */
final class Inputs implements AutoCloseable {
  private final NativeBuffer memory = new NativeBuffer("a product's input");
  private float[] scales = new float[0];
  private MemorySegment rows = MemorySegment.NULL;

  /**
   * Fills this with {@code count} rows from {@code first} on, and zeros for the shape's other rows.
   */
  void fill(Execution on, Rows x, int first, int count, Layout layout) {
    Operands operands = layout.operands;
    long rowBytes = (long) layout.shape.in() * operands.bytes();
    MemorySegment all = memory.atLeast(layout.shape.rows() * rowBytes);
    rows = all;
    if (scales.length < count) {
      scales = new float[count];
    }
    float[] into = scales;
    on.overRows(
        count,
        x.cols(),
        (from, to, own) -> {
          for (int row = from; row < to; row++) {
            MemorySegment target = all.asSlice(row * rowBytes, rowBytes);
            int at = (first + row) * x.cols();
            into[row] = operands.input(x.values(), at, x.cols(), target);
          }
        });
    all.asSlice(count * rowBytes, (layout.shape.rows() - count) * rowBytes).fill((byte) 0);
  }

  /** What rows are made to. */
  record Layout(Operands operands, Shape shape) {}

  MemorySegment rows() {
    return rows;
  }

  float scale(int row) {
    return scales[row];
  }

  @Override
  public void close() {
    memory.close();
  }
}
