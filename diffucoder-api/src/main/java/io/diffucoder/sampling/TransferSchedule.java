package io.diffucoder.sampling;

/**
 * How many positions each step commits: the linear time grid of Dream's {@code diffusion_generate},
 * t from 1 down to finalTimestep, in float32 with its rounding. 256 masks in 256 steps commit 0 in
 * the first step and 2 in the last.
 *
 * @param steps number of steps, positive
 * @param finalTimestep end of the grid ({@code eps}), in (0, 1)
 */
public record TransferSchedule(int steps, float finalTimestep) {
  /** The reference's {@code eps}. */
  public static final float DEFAULT_FINAL_TIMESTEP = 1e-3f;

  public TransferSchedule {
    if (steps <= 0) {
      throw new IllegalArgumentException("steps must be positive, got " + steps);
    }
    if (!(finalTimestep > 0 && finalTimestep < 1)) {
      throw new IllegalArgumentException(
          "finalTimestep (eps) must be between 0 and 1, got " + finalTimestep);
    }
  }

  /** The reference's grid with this many steps. */
  public static TransferSchedule ofSteps(int steps) {
    return new TransferSchedule(steps, DEFAULT_FINAL_TIMESTEP);
  }

  /** The share of the masked positions that step i commits; 1 in the last step. */
  public float fraction(int step) {
    if (step < 0 || step >= steps) {
      throw new IllegalArgumentException(
          "step must be in 0 … %d, got %d".formatted(steps - 1, step));
    }
    return step == steps - 1 ? 1 : 1 - timestep(step + 1) / timestep(step);
  }

  /** How many of the masked positions step i commits: truncated, as in float32; all in the last. */
  public int quota(int masked, int step) {
    return step == steps - 1 ? masked : (int) (masked * fraction(step));
  }

  /** Point i of linspace(1, finalTimestep, steps + 1): each half is computed from its own end. */
  private float timestep(int i) {
    float width = (finalTimestep - 1) / steps;
    return i < (steps + 1) / 2 ? 1 + width * i : finalTimestep - width * (steps - i);
  }
}
