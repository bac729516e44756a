package io.diffucoder.cuda;

/**
 * How a matrix lies on the device. {@code common.cuh} has the order of the codes within a block.
 *
 * <p>The first three are row-major, each row padded to whole 16 bytes. The others have 32 numbers a
 * block: codes in one array and scales, of the blocks or of the rows, in another.
 */
enum WeightKind {
  /** Float32. */
  F32("f32", 32),
  /** IEEE 754 binary16. */
  F16("f16", 16),
  /** Bfloat16. */
  BF16("bf16", 16),
  /** A byte a code and a float16 scale a block. */
  Q8("q8", 8),
  /** Four bits a code, 8 standing for zero, and a float16 scale a block. */
  Q4("q4", 4),
  /** An 8-bit float a code and a float32 scale a row; rows padded to whole blocks. */
  E4M3("e4m3", 8);

  private final String tag;
  private final int bits;

  WeightKind(String tag, int bits) {
    this.tag = tag;
    this.bits = bits;
  }

  /** What it is called in the names of kernels. */
  String tag() {
    return tag;
  }

  private int blockSize() {
    return bits > 8 ? 1 : 32;
  }

  /** Bytes of a row's numbers or codes on the device. */
  int rowBytes(int cols) {
    int whole = Math.ceilDiv(cols, blockSize()) * blockSize();
    return Math.ceilDiv(Math.multiplyExact(whole, bits) / 8, 16) * 16;
  }

  /** The distance of rows as kernels want it: in numbers, or in bytes where rows are codes. */
  int pitch(int cols) {
    return bits > 8 ? rowBytes(cols) / (bits / 8) : rowBytes(cols);
  }

  /** Scales of blocks from one row to the next; 0 if there are none. */
  int scalePitch(int cols) {
    return switch (this) {
      case F32, F16, BF16, E4M3 -> 0;
      case Q8, Q4 -> Math.ceilDiv(Math.ceilDiv(cols, 32), 8) * 8;
    };
  }

  /** Bytes of a row's scales. */
  int scaleBytes(int cols) {
    return this == E4M3 ? Float.BYTES : scalePitch(cols) * Short.BYTES;
  }
}
