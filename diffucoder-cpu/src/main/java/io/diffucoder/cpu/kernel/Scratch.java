package io.diffucoder.cpu.kernel;

import java.util.EnumMap;
import java.util.Map;

/** Working memory of one thread: arrays that grow and are used again. */
public final class Scratch {

  /** What an array is for; two uses at a time need two. */
  public enum Use {
    /** The input of a matrix product as panels. */
    PANELS,
    /** A block of weights in float32. */
    WEIGHTS,
    /** Sums of a matrix product. */
    SUMS,
    /** Bias or scale in float32. */
    VECTOR,
    /** Gathered keys. */
    KEYS,
    /** Gathered values, transposed. */
    VALUES,
    /** Attention scores. */
    SCORES,
    /** Sums of attention weights. */
    WEIGHT_SUMS,
    /** Logits of some rows. */
    LOGITS,
    /** A row of logits. */
    ROW,
    /** A row of probabilities. */
    PROBABILITIES
  }

  private final Map<Use, float[]> arrays = new EnumMap<>(Use.class);

  /** An array of at least this length, holding anything. */
  public float[] floats(Use use, long length) {
    float[] array = arrays.get(use);
    if (array == null || array.length < length) {
      array = new float[Math.toIntExact(length)];
      arrays.put(use, array);
    }
    return array;
  }

  /** Lets go of all memory. */
  public void release() {
    arrays.clear();
  }
}
