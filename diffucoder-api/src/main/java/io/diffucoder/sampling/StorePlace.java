package io.diffucoder.sampling;

/**
 * Where a canvas's keys and values are in a denoiser's store, which is addressed by position.
 *
 * @param canvas store row of the canvas's position 0
 * @param branch store row of the first computed row, if this pass leaves the canvas's own keys and
 *     values as they are and puts its own aside; {@link #IN_PLACE} if it replaces them
 */
public record StorePlace(int canvas, int branch) {
  /** The computed rows replace the canvas's own. */
  public static final int IN_PLACE = -1;

  public StorePlace {
    if (canvas < 0 || branch < IN_PLACE) {
      throw new IllegalArgumentException(
          "store rows are not negative, got canvas %d, branch %d".formatted(canvas, branch));
    }
  }

  /** A canvas whose position 0 is at this store row, in place. */
  public static StorePlace at(int canvas) {
    return new StorePlace(canvas, IN_PLACE);
  }

  /** Whether the computed rows replace the canvas's own. */
  public boolean inPlace() {
    return branch == IN_PLACE;
  }
}
