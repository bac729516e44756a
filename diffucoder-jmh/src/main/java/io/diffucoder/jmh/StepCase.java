package io.diffucoder.jmh;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.core.files.DreamConfig;
import io.diffucoder.core.model.Footprint;
import io.diffucoder.core.model.TransformerDenoiser;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.DenoiseQuery;
import io.diffucoder.sampling.StorePlace;
import io.diffucoder.sampling.Window;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.RowRange;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A whole denoising step of a network with random weights, ready to run. */
final class StepCase implements Case {
  private static final int BLOCK = 32;

  private final @Nullable RandomBackend owned;
  private final Work work;
  private final TransformerDenoiser denoiser;
  private final DenoiseQuery query;

  /**
   * What is run.
   *
   * @param canvas positions T
   * @param scored masked positions, which are scored
   * @param window what is computed; all else is kept from a pass over the whole canvas
   */
  record Step(int canvas, RowRange scored, Window window) {
    /** A pass over a whole canvas that scores its last positions. */
    static Step full(int canvas, int scored) {
      RowRange last = new RowRange(canvas - scored, scored);
      return new Step(canvas, last, Window.full(canvas));
    }

    /**
     * A pass over so many rows in the middle of a canvas: one before a block of 32, which is
     * scored, and what fits of the block and behind it.
     */
    static Step window(int canvas, int rows) {
      RowRange computed = new RowRange((canvas - rows) / 2, rows);
      RowRange scored = new RowRange(computed.start() + 1, Math.min(BLOCK, rows - 1));
      return new Step(
          canvas, scored, new Window(List.of(computed), List.of(new RowRange(0, canvas))));
    }

    /** Operations of attention, which {@link Work} does not count: two products a layer. */
    double attentionFlops(DreamConfig config) {
      double pairs = (double) window.rows() * canvas;
      return 4 * pairs * config.hiddenSize() * config.numHiddenLayers();
    }
  }

  /** On the CPU, all for itself. */
  StepCase(int threads, DreamConfig config, DType type, Step step) {
    this(RandomBackend.cpu(threads), config, type, step);
  }

  private StepCase(RandomBackend owned, DreamConfig config, DType type, Step step) {
    this(new RandomModel(owned, config, type), step, owned);
  }

  /** With a network that others use too, and that stays. */
  StepCase(RandomModel shared, Step step) {
    this(shared, step, null);
  }

  private StepCase(RandomModel model, Step step, @Nullable RandomBackend owned) {
    this.owned = owned;
    int rows = step.canvas();
    denoiser =
        new TransformerDenoiser(
            model.transformer(),
            model.backend().backend(),
            new Footprint(rows, rows, Footprint.Keeping.EACH_LAYER));
    denoise(query(step, Window.full(rows)));
    query = query(step, step.window());
    work = model.work(step.window().rows(), step.scored().count());
  }

  private static DenoiseQuery query(Step step, Window window) {
    int[] tokens = new int[step.canvas()];
    Arrays.setAll(tokens, i -> i % 300);
    int[] positions = IntStream.range(step.scored().start(), step.scored().end()).toArray();
    ScoreSpec spec =
        new ScoreSpec(
            TokenFilter.GREEDY, ScoreSpec.Measured.FILTERED, TokenSet.NONE, new RandomKey(1, 0));
    return new DenoiseQuery(Canvas.of(tokens, 319), window, StorePlace.at(0), positions, spec);
  }

  private List<Scores> denoise(DenoiseQuery one) {
    return denoiser.denoise(List.of(one), new CancellationToken());
  }

  @Override
  public List<Scores> run() {
    return denoise(query);
  }

  @Override
  public Work work() {
    return work;
  }

  @Override
  public void close() {
    denoiser.close();
    if (owned != null) {
      owned.close();
    }
  }
}
