package io.diffucoder.onednn;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.diffucoder.cpu.kernel.Execution;
import io.diffucoder.cpu.kernel.Rows;
import io.diffucoder.cpu.kernel.Scratch;
import io.diffucoder.cpu.kernel.StoredMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A weight as oneDNN's products read it: slices of {@value #SLICE} outputs, each packed by itself.
 * A slice is a thread's piece of work. Its size does not depend on the number of threads, so
 * neither do the results.
 */
final class PackedMatrix implements AutoCloseable {
  /** Outputs of a slice. */
  static final int SLICE = 128;

  /** The longest row whose int8 products fit 32 bits. */
  private static final int LONGEST_INT8 = 1 << 16;

  private final StoredMatrix weight;
  private final Operands operands;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment[] slices;
  private final Products.Packing[] packings;
  private final float[] scales;
  private final int[] excesses;
  private long bytes;

  private PackedMatrix(StoredMatrix weight, Operands operands) {
    this.weight = weight;
    this.operands = operands;
    this.slices = new MemorySegment[Math.ceilDiv(weight.rows(), SLICE)];
    this.packings = new Products.Packing[slices.length];
    boolean scaled = operands.arithmetic() == Arithmetic.INT8;
    this.scales = new float[scaled ? weight.rows() : 0];
    this.excesses = new int[scaled ? weight.rows() : 0];
    this.bytes = 8L * scales.length;
  }

  /**
   * Packs a weight on all threads. Pages of a file that were read for it are released.
   *
   * @throws io.diffucoder.api.DeviceMemoryException if memory does not suffice
   */
  static PackedMatrix of(
      Execution on, StoredMatrix weight, Operands operands, Products products, Lanes lanes) {
    if (operands.arithmetic() == Arithmetic.INT8 && weight.cols() > LONGEST_INT8) {
      throw new IllegalArgumentException(
          "linear: int8 takes rows of up to %d numbers, the weight (%d, %d) has more; use bf16"
              .formatted(LONGEST_INT8, weight.rows(), weight.cols()));
    }
    PackedMatrix packed = new PackedMatrix(weight, operands);
    try {
      packed.allocate(products);
      on.workers()
          .run(
              packed.slices.length,
              1,
              (from, to, own) -> {
                try (Lane lane = lanes.take()) {
                  for (int slice = from; slice < to; slice++) {
                    packed.pack(slice, lane, own);
                  }
                }
              },
              on.scratch());
    } catch (RuntimeException | Error e) {
      packed.close();
      throw e;
    }
    MemorySegment stored = weight.bytes();
    if (stored.isMapped() && stored.isReadOnly()) {
      stored.unload();
    }
    return packed;
  }

  private void allocate(Products products) {
    for (int slice = 0; slice < slices.length; slice++) {
      String what = "slice %d of a weight (%d, %d)".formatted(slice, weight.rows(), weight.cols());
      packings[slice] = products.packing(shape(slice, 1));
      slices[slice] = NativeMemory.allocate(what, packings[slice].bytes(), arena);
      bytes += slices[slice].byteSize();
    }
  }

  private void pack(int slice, Lane lane, Scratch own) {
    Shape shape = shape(slice, 1);
    long rowBytes = (long) shape.in() * operands.bytes();
    MemorySegment rows = lane.rows(shape.out() * rowBytes);
    float[] numbers = own.floats(Scratch.Use.ROW, weight.cols());
    int first = slice * SLICE;
    for (int i = 0; i < outputs(slice); i++) {
      MemorySegment row = rows.asSlice(i * rowBytes, rowBytes);
      float scale = operands.weight(weight, first + i, numbers, row);
      if (scales.length > 0) {
        scales[first + i] = scale;
        excesses[first + i] = operands.excess(row);
      }
    }
    long end = outputs(slice) * rowBytes;
    rows.asSlice(end, shape.out() * rowBytes - end).fill((byte) 0);
    packings[slice].run(lane, rows, slices[slice]);
  }

  /** Slices of outputs. */
  int slices() {
    return slices.length;
  }

  /** Memory of the packed weight. */
  long bytes() {
    return bytes;
  }

  /** The product of so many rows with a slice. */
  Shape shape(int slice, int rows) {
    return Shape.of(rows, weight.cols(), outputs(slice));
  }

  private int outputs(int slice) {
    return Math.min(SLICE, weight.rows() - slice * SLICE);
  }

  /** Where a slice's outputs go: to {@code count} rows of {@code out} from {@code firstRow} on. */
  record Target(Rows out, int firstRow, int count, float @Nullable [] bias) {}

  /** The outputs of a slice for some rows. */
  void multiply(int slice, Products.Product product, Inputs inputs, Target target, Lane lane) {
    int width = product.shape().out();
    MemorySegment results = lane.rows((long) product.shape().rows() * width * Float.BYTES);
    product.run(lane, inputs.rows(), slices[slice], results);
    int first = slice * SLICE;
    for (int row = 0; row < target.count; row++) {
      long from = (long) row * width * Float.BYTES;
      int to = (target.firstRow + row) * target.out.cols() + first;
      if (scales.length == 0) {
        MemorySegment.copy(results, JAVA_FLOAT, from, target.out.values(), to, outputs(slice));
      } else {
        int[] sums = lane.sums();
        MemorySegment.copy(results, JAVA_INT, from, sums, 0, outputs(slice));
        scale(sums, inputs.scale(row), slice, target.out.values(), to);
      }
      if (target.bias != null) {
        addBias(target.bias, slice, target.out.values(), to);
      }
    }
  }

  private void scale(int[] sums, float inputScale, int slice, float[] out, int to) {
    int first = slice * SLICE;
    for (int i = 0; i < outputs(slice); i++) {
      out[to + i] = (sums[i] - excesses[first + i]) * scales[first + i] * inputScale;
    }
  }

  private void addBias(float[] bias, int slice, float[] out, int to) {
    int first = slice * SLICE;
    for (int i = 0; i < outputs(slice); i++) {
      out[to + i] += bias[first + i];
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
