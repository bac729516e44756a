package io.diffucoder.cpu.kernel;

import java.util.EnumMap;
import java.util.Map;

/** Working memory of one thread: arrays that grow and are used again. */
public final class Scratch {

  /** What an array is for; two uses at a time need two. */
  public enum Use {
    /** Rows of a product, packed in one order of the columns. */
    PACKED_0,
    /** Packed in another order. */
    PACKED_1,
    /** Packed in a third order. */
    PACKED_2,
    /** Packed in a fourth order. */
    PACKED_3,
    /** Partial sums of a product. */
    SUMS,
    /** Blocks of quantised weights. */
    BLOCKS,
    /** Weights in float32. */
    WIDENED,
    /** Some outputs of all rows. */
    CHUNK,
    /** Keys of a segment in panels. */
    KEYS,
    /** Values of a segment in panels. */
    VALUES,
    /** Scaled queries. */
    QUERIES,
    /** Attention weights of some rows and keys. */
    SCORES,
    /** Weighted sums of values. */
    ATTENDED,
    /** Largest score and sum of weights of some rows. */
    SOFTMAX,
    /** Logits of some rows. */
    LOGITS,
    /** What is known of the logits of each chunk of the vocabulary. */
    SUMMARIES,
    /** A row of logits. */
    ROW,
    /** A row of probabilities. */
    PROBABILITIES,
    /** Tokens that are kept. */
    KEPT,
    /** Tokens among which the last kept one is. */
    LEVEL;

    /** Where the i-th packing goes: there are four orders. */
    static Use packed(int i) {
      return switch (i) {
        case 0 -> PACKED_0;
        case 1 -> PACKED_1;
        case 2 -> PACKED_2;
        case 3 -> PACKED_3;
        default -> throw new AssertionError("a fifth order");
      };
    }
  }

  private final Map<Use, float[]> arrays = new EnumMap<>(Use.class);
  private final Map<Use, int[]> intArrays = new EnumMap<>(Use.class);
  private final Map<Use, byte[]> byteArrays = new EnumMap<>(Use.class);
  private short[] shorts = {};

  /** An array of at least this length, holding anything. */
  public float[] floats(Use use, long length) {
    float[] array = arrays.get(use);
    if (array == null || array.length < length) {
      array = new float[Math.toIntExact(length)];
      arrays.put(use, array);
    }
    return array;
  }

  /** An array of at least this length, holding anything. */
  int[] ints(Use use, int length) {
    int[] array = intArrays.get(use);
    if (array == null || array.length < length) {
      array = new int[length];
      intArrays.put(use, array);
    }
    return array;
  }

  /** An array of at least this length, holding anything. */
  byte[] bytes(Use use, int length) {
    byte[] array = byteArrays.get(use);
    if (array == null || array.length < length) {
      array = new byte[length];
      byteArrays.put(use, array);
    }
    return array;
  }

  /** The array for weights in float16, of at least this length, holding anything. */
  short[] shorts(int length) {
    if (shorts.length < length) {
      shorts = new short[length];
    }
    return shorts;
  }

  /** Lets go of all memory. */
  public void release() {
    arrays.clear();
    intArrays.clear();
    byteArrays.clear();
    shorts = new short[0];
  }
}
