package io.diffucoder.core.model;

/**
 * What a denoiser must have room for.
 *
 * @param rows most rows of a pass, all canvases of the batch together
 * @param storeRows rows of the key/value store
 * @param keeping what of it outlives a pass
 */
public record Footprint(int rows, int storeRows, Keeping keeping) {
  /** Which keys and values outlive a pass. */
  public enum Keeping {
    /** None: every pass computes all that it sees, and the layers share one store. */
    NOTHING,
    /** Those of each layer. */
    EACH_LAYER
  }

  /** Room for whole canvases of so many positions together, nothing kept. */
  public static Footprint ofPositions(int positions) {
    return new Footprint(positions, positions, Keeping.NOTHING);
  }

  /** Room for both at once. */
  public Footprint plus(Footprint other) {
    return new Footprint(
        Math.addExact(rows, other.rows),
        Math.addExact(storeRows, other.storeRows),
        keeping == Keeping.NOTHING ? other.keeping : keeping);
  }
}
