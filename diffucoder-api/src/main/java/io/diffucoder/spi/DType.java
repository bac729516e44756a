package io.diffucoder.spi;

/**
 * How stored numbers are encoded, little-endian. The first three encode each number by itself. The
 * others are the block formats of GGUF (ggml's {@code block_q8_0} and so on): a block holds 32 or
 * 256 neighbours of a row with their common scales, and is laid out as {@link StoredNumbers}
 * defines.
 */
public enum DType {
  /** IEEE 754 binary32. */
  F32(1, 4),
  /** IEEE 754 binary16. */
  F16(1, 2),
  /** The upper half of a binary32. */
  BF16(1, 2),
  /** 4 bits a number, a scale for 32. */
  Q4_0(32, 18),
  /** 4 bits a number, a scale and a minimum for 32. */
  Q4_1(32, 20),
  /** 5 bits a number, a scale for 32. */
  Q5_0(32, 22),
  /** 5 bits a number, a scale and a minimum for 32. */
  Q5_1(32, 24),
  /** 8 bits a number, a scale for 32. */
  Q8_0(32, 34),
  /** 4 bits a number; scales and minima of 6 bits for 32, two scales of those for 256. */
  Q4_K(256, 144),
  /** 5 bits a number; scales and minima of 6 bits for 32, two scales of those for 256. */
  Q5_K(256, 176),
  /** 6 bits a number; scales of 8 bits for 16, a scale of those for 256. */
  Q6_K(256, 210);

  private final int blockSize;
  private final int blockBytes;

  DType(int blockSize, int blockBytes) {
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
  }

  /** Numbers in a block; 1 if each number stands for itself. */
  public int blockSize() {
    return blockSize;
  }

  /** Bytes of a block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether numbers share scales. */
  public boolean isQuantised() {
    return blockSize > 1;
  }

  /**
   * Bytes of so many numbers.
   *
   * @param numbers a multiple of {@link #blockSize()}
   */
  public long bytes(long numbers) {
    if (numbers % blockSize != 0) {
      throw new IllegalArgumentException(
          "%s holds blocks of %d numbers, got %d".formatted(this, blockSize, numbers));
    }
    return numbers / blockSize * blockBytes;
  }
}
