package io.diffucoder.cpu.kernel;

import static io.diffucoder.cpu.kernel.TileMemory.MEMORY;
import static io.diffucoder.cpu.kernel.TileMemory.within;

/** Register tiles without vectors: as {@link VectorTiles}, with one lane. */
final class ScalarTiles {
  private ScalarTiles() {}

  static void pair(Operands o, int x, int weights, int steps, int sums) {
    float[] in = o.x();
    float[] s = o.sums();
    float a0 = s[sums];
    float a1 = s[sums + 1];
    float a2 = s[sums + 2];
    float a3 = s[sums + 3];
    float a4 = s[sums + 4];
    float a5 = s[sums + 5];
    float b0 = s[sums + 6];
    float b1 = s[sums + 7];
    float b2 = s[sums + 8];
    float b3 = s[sums + 9];
    float b4 = s[sums + 10];
    float b5 = s[sums + 11];
    for (int i = 0; i < steps; i++) {
      long w = within(weights + 24 * i);
      float u = in[x + 2 * i];
      float v = in[x + 2 * i + 1];
      float t = weight(w, 0);
      a0 += t * u;
      b0 += t * v;
      t = weight(w, 1);
      a1 += t * u;
      b1 += t * v;
      t = weight(w, 2);
      a2 += t * u;
      b2 += t * v;
      t = weight(w, 3);
      a3 += t * u;
      b3 += t * v;
      t = weight(w, 4);
      a4 += t * u;
      b4 += t * v;
      t = weight(w, 5);
      a5 += t * u;
      b5 += t * v;
    }
    s[sums] = a0;
    s[sums + 1] = a1;
    s[sums + 2] = a2;
    s[sums + 3] = a3;
    s[sums + 4] = a4;
    s[sums + 5] = a5;
    s[sums + 6] = b0;
    s[sums + 7] = b1;
    s[sums + 8] = b2;
    s[sums + 9] = b3;
    s[sums + 10] = b4;
    s[sums + 11] = b5;
  }

  static void single(Operands o, int x, int weights, int steps, int sums) {
    float[] in = o.x();
    float[] s = o.sums();
    float a0 = s[sums];
    float a1 = s[sums + 1];
    float a2 = s[sums + 2];
    float a3 = s[sums + 3];
    float a4 = s[sums + 4];
    float a5 = s[sums + 5];
    for (int i = 0; i < steps; i++) {
      long w = within(weights + 24 * i);
      float u = in[x + i];
      a0 += weight(w, 0) * u;
      a1 += weight(w, 1) * u;
      a2 += weight(w, 2) * u;
      a3 += weight(w, 3) * u;
      a4 += weight(w, 4) * u;
      a5 += weight(w, 5) * u;
    }
    s[sums] = a0;
    s[sums + 1] = a1;
    s[sums + 2] = a2;
    s[sums + 3] = a3;
    s[sums + 4] = a4;
    s[sums + 5] = a5;
  }

  private static float weight(long step, int output) {
    return MEMORY.get(StoredMatrix.FLOAT, step + 4L * output);
  }
}
