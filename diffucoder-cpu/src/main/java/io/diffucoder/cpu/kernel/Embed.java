package io.diffucoder.cpu.kernel;

/** out[r] = table[tokens[r]], widened to float32: (V, D), (R) → (R, D). */
public final class Embed {
  private Embed() {}

  /** Copies the tokens' rows. */
  public static void run(Execution on, StoredMatrix table, int[] tokens, Rows out) {
    int cols = out.cols();
    on.overRows(
        out.rows(),
        cols,
        (from, to, own) -> {
          for (int r = from; r < to; r++) {
            table.decode(tokens[r], out.values(), r * cols);
          }
        });
  }
}
