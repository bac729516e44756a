package io.diffucoder.sampling;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.spi.Scores;
import java.util.List;

/**
 * The network as the sampler sees it: canvases in, scores out; one call is one network function
 * evaluation. Its answers are a function of the queries, and of what those before them computed of
 * the positions that a window sees and does not compute. Used by one thread at a time.
 */
public interface Denoiser extends AutoCloseable {

  /**
   * Scores every query's positions, row i of its scores being the prediction for its i-th position.
   * The scores of a query do not depend on the others in the batch.
   *
   * @param batch at least one query
   * @param cancellation looked at now and then
   * @throws io.diffucoder.api.GenerationCancelledException if cancelled; nothing has changed then
   */
  List<Scores> denoise(List<DenoiseQuery> batch, CancellationToken cancellation);

  /** Frees what the denoiser holds. A second close does nothing. */
  @Override
  void close();
}
