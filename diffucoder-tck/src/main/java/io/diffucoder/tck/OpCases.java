package io.diffucoder.tck;

import io.diffucoder.spi.RowRange;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The shapes and numbers that operations are tested and timed with; the same at every call. */
public final class OpCases {
  private static final int[] SIZES = {1, 2, 3, 5, 17, 31, 32, 33, 63, 65, 127, 257};

  private OpCases() {}

  /**
   * A linear layer's sizes.
   *
   * @param rows R
   * @param in input width
   * @param out output width
   */
  public record Shape(int rows, int in, int out) {}

  /**
   * Grouped heads.
   *
   * @param heads query heads H
   * @param kvHeads key and value heads Hkv
   * @param headDim width Dh of a head
   */
  public record Heads(int heads, int kvHeads, int headDim) {}

  /** Sizes around the widths and tiles of vector units, and none that all of them divide. */
  public static int[] sizes() {
    return SIZES.clone();
  }

  /** Every size as rows, as input width and as output width, never with itself only. */
  public static List<Shape> shapes() {
    int n = SIZES.length;
    return IntStream.range(0, 2 * n)
        .mapToObj(i ->
            new Shape(
                SIZES[i % n], SIZES[(5 * i + 3 + i / n) % n], SIZES[(7 * i + 6 + 4 * (i / n)) % n]))
        .toList();
  }

  /** Groupings 1:1, 2:1, 3:1 and 7:1 with head widths of 6 to 128. */
  public static List<Heads> heads() {
    return List.of(
        new Heads(1, 1, 16),
        new Heads(3, 3, 6),
        new Heads(4, 2, 32),
        new Heads(6, 2, 10),
        new Heads(4, 4, 64),
        new Heads(7, 1, 32),
        new Heads(14, 2, 64),
        new Heads(2, 1, 128),
        new Heads(7, 1, 128));
  }

  /** Normal deviates with some zeros, some equal ones and some of large magnitude. */
  public static Matrix values(int rows, int cols, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[rows * cols];
    for (int i = 0; i < values.length; i++) {
      float normal = (float) random.nextGaussian();
      values[i] =
          switch (random.nextInt(32)) {
            case 0, 1 -> 0f;
            case 2, 3 -> 0.75f;
            case 4 -> 100 * normal;
            case 5 -> -0f;
            default -> normal;
          };
    }
    return new Matrix(rows, cols, values);
  }

  /** Normal deviates times a scale. */
  public static Matrix normal(int rows, int cols, double scale, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[rows * cols];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return new Matrix(rows, cols, values);
  }

  /** Logits in steps of 1/8: equals are frequent, near ties do not occur. */
  public static Matrix logits(int rows, int cols, double scale, long seed) {
    return normal(rows, cols, scale, seed).map(x -> Math.rint(8 * x) / 8);
  }

  /** Numbers 0 … bound − 1, with repetitions. */
  public static int[] indices(int count, int bound, long seed) {
    return new SplittableRandom(seed).ints(count, 0, bound).toArray();
  }

  /** {@code count} different numbers of 0 … bound − 1 in random order. */
  public static int[] distinct(int count, int bound, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] all = IntStream.range(0, bound).toArray();
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i, bound);
      int swapped = all[i];
      all[i] = all[j];
      all[j] = swapped;
    }
    return IntStream.of(all).limit(count).toArray();
  }

  /** Row numbers in ascending order. */
  static int[] rows(int start, int count) {
    return IntStream.range(start, start + count).toArray();
  }

  /** One range of rows. */
  static List<RowRange> range(int start, int count) {
    return List.of(new RowRange(start, count));
  }
}
