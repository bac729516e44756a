package io.diffucoder.cpu.kernel;

/** out = silu(gate) · up, silu(x) = x / (1 + e^−x): (R, F), (R, F) → (R, F). */
public final class Swiglu {
  private Swiglu() {}

  /** Element by element; out may be gate or up. */
  public static void run(Execution on, Rows gate, Rows up, float[] out) {
    int cols = gate.cols();
    on.overRows(
        gate.rows(),
        cols,
        (from, to, own) ->
            on.kernels().swiglu(gate.values(), up.values(), out, from * cols, to * cols));
  }
}
