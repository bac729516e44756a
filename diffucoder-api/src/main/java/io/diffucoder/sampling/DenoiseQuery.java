package io.diffucoder.sampling;

import io.diffucoder.spi.ScoreSpec;
import java.util.Objects;

/**
 * One canvas to score.
 *
 * @param canvas the tokens, read only
 * @param window which positions are computed, and which are seen
 * @param place where the canvas's keys and values are kept
 * @param positions the positions to score, ascending, each predicted by a row of the window; not to
 *     be written
 * @param spec what is measured
 */
public record DenoiseQuery(
    Canvas canvas, Window window, StorePlace place, int[] positions, ScoreSpec spec) {
  public DenoiseQuery {
    Objects.requireNonNull(canvas, "canvas");
    Objects.requireNonNull(window, "window");
    Objects.requireNonNull(place, "place");
    Objects.requireNonNull(spec, "spec");
  }

  /** The whole canvas, computed at the front of the store. */
  public static DenoiseQuery full(Canvas canvas, int[] positions, ScoreSpec spec) {
    return new DenoiseQuery(canvas, Window.full(canvas.size()), StorePlace.at(0), positions, spec);
  }
}
