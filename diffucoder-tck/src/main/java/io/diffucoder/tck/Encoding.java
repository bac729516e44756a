package io.diffucoder.tck;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.StoredNumbers;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Which types a matrix can be stored as, and what becomes of its numbers. */
final class Encoding {
  private static final List<DType> WRITTEN =
      List.of(DType.F32, DType.F16, DType.BF16, DType.Q8_0, DType.Q4_0);

  private Encoding() {}

  /** The types that rows of this width can be written as. */
  static List<DType> writable(int cols) {
    return WRITTEN.stream().filter(type -> cols % type.blockSize() == 0).toList();
  }

  /** The types whose numbers share scales. */
  static List<DType> quantised() {
    return Stream.of(DType.values()).filter(DType::isQuantised).toList();
  }

  /** All numbers, rounded to the nearest of the type, or to those of its blocks. */
  static float[] rounded(float[] values, DType type) {
    MemorySegment bytes =
        MemorySegment.ofArray(new byte[Math.toIntExact(type.bytes(values.length))]);
    StoredNumbers.encode(type, values, 0, values.length, bytes);
    return decoded(type, bytes, values.length);
  }

  /** Stored numbers as float32. */
  static float[] decoded(DType type, MemorySegment bytes, int count) {
    float[] values = new float[count];
    StoredNumbers.decode(type, bytes, count, values, 0);
    return values;
  }

  /** Fills memory with blocks of random codes whose scales are of moderate size. */
  static void fillBlocks(DType type, MemorySegment bytes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] block = new byte[type.blockBytes()];
    for (long at = 0; at < bytes.byteSize(); at += block.length) {
      random.nextBytes(block);
      int scale = type == DType.Q6_K ? 208 : 0;
      putScale(block, scale, random);
      if (type == DType.Q4_1 || type == DType.Q5_1 || type == DType.Q4_K || type == DType.Q5_K) {
        putScale(block, 2, random);
      }
      MemorySegment.copy(MemorySegment.ofArray(block), 0, bytes, at, block.length);
    }
  }

  private static void putScale(byte[] block, int at, SplittableRandom random) {
    short bits = Float.floatToFloat16((float) random.nextDouble(-0.1, 0.1));
    block[at] = (byte) bits;
    block[at + 1] = (byte) (bits >> 8);
  }
}
