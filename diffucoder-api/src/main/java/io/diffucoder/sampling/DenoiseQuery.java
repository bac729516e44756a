package io.diffucoder.sampling;

import io.diffucoder.spi.ScoreSpec;
import java.util.Objects;

/**
 * One canvas to score.
 *
 * @param canvas the tokens, read only
 * @param positions the positions to score, ascending; not to be written
 * @param spec what is measured
 */
public record DenoiseQuery(Canvas canvas, int[] positions, ScoreSpec spec) {
  public DenoiseQuery {
    Objects.requireNonNull(canvas, "canvas");
    Objects.requireNonNull(spec, "spec");
  }
}
