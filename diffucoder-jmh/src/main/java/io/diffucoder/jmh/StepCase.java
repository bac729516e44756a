package io.diffucoder.jmh;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.core.files.DreamConfig;
import io.diffucoder.core.model.DreamTransformer;
import io.diffucoder.core.model.DreamWeights;
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
import io.diffucoder.spi.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A whole denoising step of a network with random weights, ready to run. */
final class StepCase implements Case {
  private final Fixture fixture;
  private final Work work;
  private final TransformerDenoiser denoiser;
  private final DenoiseQuery query;

  /**
   * What is run.
   *
   * @param threads compute threads
   * @param type type of the matrices
   * @param canvas positions T
   * @param scored masked positions, which are scored
   * @param window what is computed; all else is kept from a pass over the whole canvas
   */
  record Step(int threads, DType type, int canvas, RowRange scored, Window window) {
    /** A pass over a whole canvas that scores its last positions. */
    static Step full(int threads, DType type, int canvas, int scored) {
      RowRange last = new RowRange(canvas - scored, scored);
      return new Step(threads, type, canvas, last, Window.full(canvas));
    }
  }

  StepCase(DreamConfig config, Step step) {
    fixture = new Fixture(step.threads());
    Builder weights = new Builder(config, step.type());
    DreamTransformer transformer = new DreamTransformer(config, weights.build());
    int rows = step.canvas();
    denoiser =
        new TransformerDenoiser(
            transformer,
            fixture.backend(),
            new Footprint(rows, rows, Footprint.Keeping.EACH_LAYER));
    denoise(query(step, Window.full(rows)));
    query = query(step, step.window());
    double products =
        weights.inLayers * step.window().rows() + weights.inHead * step.scored().count();
    double weightBytes = step.type().bytes((long) (weights.inLayers + weights.inHead));
    work = new Work(step.threads(), 2 * products, weightBytes);
  }

  /** The 7B model's shape with fewer layers. */
  static DreamConfig dream7b(int layers) {
    return new DreamConfig(
        152_064, 3584, 18_944, layers, 28, 4, 131_072, 1e-6f, 1e6, false, 151_666, null, null, null,
        Map.of());
  }

  /** A shape for tests. */
  static DreamConfig tiny() {
    return new DreamConfig(
        320, 64, 96, 2, 4, 2, 512, 1e-6f, 1e6, false, 319, null, null, null, Map.of());
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

  private final class Builder {
    private final DreamConfig config;
    private final DType type;
    private double inLayers;
    private double inHead;

    Builder(DreamConfig config, DType type) {
      this.config = config;
      this.type = type;
    }

    DreamWeights build() {
      int width = config.hiddenSize();
      List<DreamWeights.Layer> layers = new ArrayList<>();
      for (int i = 0; i < config.numHiddenLayers(); i++) {
        layers.add(layer(width, config.keyValueSize(), config.intermediateSize()));
      }
      Weight head = fixture.weight(config.vocabSize(), width, type);
      inHead = (double) config.vocabSize() * width;
      return new DreamWeights(head, layers, vector(width), head); // embedding reads R rows of it
    }

    private DreamWeights.Layer layer(int width, int keyValues, int feedForward) {
      return new DreamWeights.Layer(
          vector(width),
          matrix(width, width),
          vector(width),
          matrix(keyValues, width),
          vector(keyValues),
          matrix(keyValues, width),
          vector(keyValues),
          matrix(width, width),
          vector(width),
          matrix(feedForward, width),
          matrix(feedForward, width),
          matrix(width, feedForward));
    }

    private Weight matrix(int rows, int cols) {
      inLayers += (double) rows * cols;
      return fixture.weight(rows, cols, type);
    }

    private Weight vector(int cols) {
      return fixture.weight(1, cols, DType.F32);
    }
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
    fixture.close();
  }
}
