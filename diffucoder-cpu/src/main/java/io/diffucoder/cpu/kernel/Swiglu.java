package io.diffucoder.cpu.kernel;

/** out = silu(gate) · up, silu(x) = x / (1 + e^−x): (R, F), (R, F) → (R, F). */
public final class Swiglu {
  /** Copies that take as long as an exponential and a division. */
  private static final int EXPONENTIAL = 4;

  private Swiglu() {}

  /** Element by element; out may be gate or up. */
  public static void run(Execution on, Rows gate, Rows up, float[] out) {
    int cols = gate.cols();
    on.overRows(
        gate.rows(),
        EXPONENTIAL * cols,
        (from, to, own) ->
            on.kernels().swiglu(gate.values(), up.values(), out, from * cols, to * cols));
  }
}
