package io.diffucoder.jmh;

import io.diffucoder.core.files.DreamConfig;
import io.diffucoder.core.model.DreamTransformer;
import io.diffucoder.core.model.DreamWeights;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A network of random weights in a backend. */
final class RandomModel {
  private final RandomBackend backend;
  private final DreamConfig config;
  private final DType type;
  private final DreamTransformer transformer;
  private double inLayers;
  private double weightBytes;

  /** Loads the weights; the backend owns them. */
  RandomModel(RandomBackend backend, DreamConfig config, DType type) {
    this.backend = backend;
    this.config = config;
    this.type = type;
    this.transformer = new DreamTransformer(config, weights());
  }

  /** The 7B model's shape with fewer layers, and one table as embedding and head. */
  static DreamConfig dream7b(int layers) {
    return dream7b(layers, true); // of an embedding of its own, R rows would be read
  }

  /** The whole 7B model: its head is another matrix than its embedding. */
  static DreamConfig dream7bUntied(int layers) {
    return dream7b(layers, false);
  }

  private static DreamConfig dream7b(int layers, boolean tied) {
    return new DreamConfig(
        152_064, 3584, 18_944, layers, 28, 4, 131_072, 1e-6f, 1e6, tied, 151_666, null, null, null,
        Map.of());
  }

  /** A shape for tests. */
  static DreamConfig tiny() {
    return new DreamConfig(
        320, 64, 96, 2, 4, 2, 512, 1e-6f, 1e6, false, 319, null, null, null, Map.of());
  }

  RandomBackend backend() {
    return backend;
  }

  DreamConfig config() {
    return config;
  }

  DreamTransformer transformer() {
    return transformer;
  }

  /**
   * What a pass does, embedding and attention not counted.
   *
   * @param rows that are computed
   * @param scored rows whose logits are
   */
  Work work(int rows, int scored) {
    double inHead = (double) config.vocabSize() * config.hiddenSize();
    double products = inLayers * rows + inHead * scored;
    return new Work(backend.threads(), 2 * products, weightBytes, 0);
  }

  private DreamWeights weights() {
    int width = config.hiddenSize();
    Weight table = backend.weight(config.vocabSize(), width, type);
    List<DreamWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      layers.add(layer(width, config.keyValueSize(), config.intermediateSize()));
    }
    Weight head =
        config.tieWordEmbeddings() ? table : backend.weight(config.vocabSize(), width, type);
    weightBytes += RandomBackend.bytes(head, type);
    return new DreamWeights(table, layers, backend.ones(width), head);
  }

  private DreamWeights.Layer layer(int width, int keyValues, int feedForward) {
    return new DreamWeights.Layer(
        backend.ones(width),
        matrix(width, width),
        bias(width),
        matrix(keyValues, width),
        bias(keyValues),
        matrix(keyValues, width),
        bias(keyValues),
        matrix(width, width),
        backend.ones(width),
        matrix(feedForward, width),
        matrix(feedForward, width),
        matrix(width, feedForward));
  }

  private Weight matrix(int rows, int cols) {
    Weight matrix = backend.weight(rows, cols, type);
    inLayers += (double) rows * cols;
    weightBytes += RandomBackend.bytes(matrix, type);
    return matrix;
  }

  private Weight bias(int cols) {
    return backend.weight(1, cols, DType.F32);
  }
}
