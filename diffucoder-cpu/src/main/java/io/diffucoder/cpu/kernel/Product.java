package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.Kernels.OUTPUTS;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Computes x · weightᵀ for some outputs at a time: their weights are widened to float32 into {@link
 * TileMemory}, and multiplied with all rows while they are there.
 *
 * <p>Few rows: {@value #OUTPUTS} outputs at a time with long stretches of their columns, as reading
 * the weights takes the time, and is fastest in long runs. Many rows: six times as many outputs
 * with a block of columns, so that rows which went through L1 are used six times from L2.
 */
final class Product {
  /** Columns of {@value #OUTPUTS} outputs that fit a slot of {@link TileMemory}. */
  private static final int LONG_SPAN = 5 * PackedRows.DEPTH;

  /** Tiles of outputs at a time where there are many rows. */
  private static final int WIDE = 6;

  /** Outputs that {@link #compute} computes where there are many rows. */
  static final int MOST_OUTPUTS = WIDE * OUTPUTS;

  /** Rows that are many. */
  private static final int MANY_ROWS = 96;

  /** Rows that go through L2 together where there are many. */
  private static final int ROWS_AT_ONCE = 128;

  private final Kernels kernels;
  private final PackedRows x;
  private final StoredMatrix weight;
  private final float @Nullable [] bias;
  private final int tiles;
  private final int span;

  /**
   * x · weightᵀ + bias.
   *
   * @param bias a number for each output, or none
   */
  Product(Kernels kernels, PackedRows x, StoredMatrix weight, float @Nullable [] bias) {
    this.kernels = kernels;
    this.x = x;
    this.weight = weight;
    this.bias = bias;
    this.tiles = x.rows() > MANY_ROWS ? WIDE : 1;
    this.span = tiles == 1 ? LONG_SPAN : PackedRows.DEPTH;
  }

  /** Outputs that {@link #compute} computes. */
  int outputs() {
    return tiles * OUTPUTS;
  }

  /** How many times {@link #compute} must be called for all outputs. */
  int chunks() {
    return (weight.rows() + outputs() - 1) / outputs();
  }

  /**
   * All rows of a chunk of outputs.
   *
   * @param slot of TileMemory
   * @param into (rows, outputs): whatever outputs of the chunk the weight has
   */
  void compute(int chunk, int slot, Scratch own, Matrix into) {
    int lanes = kernels.lanes();
    int length = tiles * x.rows() * OUTPUTS * lanes;
    float[] sums = own.floats(Scratch.Use.SUMS, length);
    Operands operands = new Operands(x.values(), sums);
    int firstOutput = chunk * outputs();
    RowPair first = new RowPair(weight, firstOutput, own);
    if (x.rows() > 1 || !kernels.multiplyAlone(operands, x.at(0, 0), first, 0)) {
      Arrays.fill(sums, 0, length, 0);
      for (int column = 0; column < weight.cols(); column += span) {
        widen(firstOutput, column, slot, own);
        multiply(operands, column, slot);
      }
    }
    for (int tile = 0; tile < tiles; tile++) {
      int from = sumsOf(tile, 0) * lanes;
      kernels.addLanes(sums, from, x.rows());
      int to = into.at() + tile * OUTPUTS;
      write(sums, from, firstOutput + tile * OUTPUTS, new Matrix(into.values(), to, into.stride()));
    }
  }

  /** Adds the bias to a tile's sums, which it changes, and writes them. */
  private void write(float[] sums, int from, int firstOutput, Matrix into) {
    int count = Math.min(OUTPUTS, weight.rows() - firstOutput);
    int distance = OUTPUTS * kernels.lanes();
    for (int row = 0; row < x.rows(); row++) {
      int at = from + row * distance;
      int to = into.at() + row * into.stride();
      if (bias != null) {
        for (int o = 0; o < count; o++) {
          sums[at + o] += bias[firstOutput + o];
        }
      }
      if (count == OUTPUTS) {
        copyOutputs(sums, at, into.values(), to);
      } else if (count > 0) {
        System.arraycopy(sums, at, into.values(), to, count);
      }
    }
  }

  /** So few that a call takes longer. */
  private static void copyOutputs(float[] sums, int from, float[] out, int to) {
    for (int o = 0; o < OUTPUTS; o++) {
      out[to + o] = sums[from + o];
    }
  }

  private void widen(int firstOutput, int column, int slot, Scratch own) {
    int count = Math.min(span, weight.cols() - column);
    for (int output = 0; output < outputs(); output += 2) {
      int row = Math.min(firstOutput + output, weight.rows() - 1);
      int to = slot + tileAt(output / OUTPUTS) + output % OUTPUTS * kernels.lanes() * Float.BYTES;
      kernels.widenPair(new RowPair(weight, row, own), column, count, to);
    }
  }

  private void multiply(Operands operands, int column, int slot) {
    int end = Math.min(column + span, weight.cols());
    int parts = (x.rows() + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE;
    int part = (x.rows() / 2 / parts + 1) * 2; // even, and all but the last one the same
    for (int row = 0; row < x.rows(); row += part) {
      int endRow = Math.min(x.rows(), row + part);
      for (int block = column / PackedRows.DEPTH; block * PackedRows.DEPTH < end; block++) {
        int offset = (block * PackedRows.DEPTH - column) * OUTPUTS * Float.BYTES;
        for (int tile = 0; tile < tiles; tile++) {
          tiles(operands, block, row, endRow, new TileAt(slot + tileAt(tile) + offset, tile));
        }
      }
    }
  }

  /** Where a tile's weights lie, and which one it is. */
  private record TileAt(int weights, int tile) {}

  private void tiles(Operands operands, int block, int firstRow, int endRow, TileAt at) {
    int lanes = kernels.lanes();
    int steps = x.width(block) / lanes;
    int row = firstRow;
    for (; row + 1 < endRow; row += 2) {
      int sums = sumsOf(at.tile(), row) * lanes;
      kernels.multiplyPair(operands, x.at(block, row), at.weights(), steps, sums);
    }
    if (row < endRow) {
      int sums = sumsOf(at.tile(), row) * lanes;
      kernels.multiplySingle(operands, x.at(block, row), at.weights(), steps, sums);
    }
  }

  /** Where a tile's weights begin in the slot: spans may end in groups filled up with zeros. */
  private int tileAt(int tile) {
    return tile * (span + 32) * OUTPUTS * Float.BYTES;
  }

  private int sumsOf(int tile, int row) {
    return (tile * x.rows() + row) * OUTPUTS;
  }
}
