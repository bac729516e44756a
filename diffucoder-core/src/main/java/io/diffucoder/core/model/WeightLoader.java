package io.diffucoder.core.model;

import io.diffucoder.core.files.FormatPolicy;
import io.diffucoder.core.files.StoredModel;
import io.diffucoder.core.files.StoredTensor;
import io.diffucoder.core.files.WeightNames;
import io.diffucoder.core.files.WeightNames.InLayer;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Hands a model's stored tensors to a backend. */
public final class WeightLoader {
  private static final System.Logger LOG = System.getLogger(WeightLoader.class.getName());

  private final StoredModel model;
  private final TensorBackend backend;
  private final FormatPolicy policy;
  private final List<String> ragged = new ArrayList<>();

  private WeightLoader(StoredModel model, TensorBackend backend, WeightFormat format) {
    this.model = model;
    this.backend = backend;
    this.policy = new FormatPolicy(model, format);
  }

  /**
   * The network, its matrices in this format as far as {@link FormatPolicy} says.
   *
   * @throws IllegalArgumentException if the backend does not take the format
   * @throws io.diffucoder.api.DeviceMemoryException if the device's memory does not suffice
   */
  public static DreamTransformer load(
      StoredModel model, TensorBackend backend, WeightFormat format) {
    if (!backend.info().weightFormats().contains(format)) {
      throw new IllegalArgumentException(
          "backend '%s' does not take weight format %s, it takes %s; choose one of these, or another backend, such as cpu"
              .formatted(
                  backend.info().name(), format, new TreeSet<>(backend.info().weightFormats())));
    }
    WeightLoader loader = new WeightLoader(model, backend, format);
    DreamTransformer transformer = new DreamTransformer(model.config(), loader.weights());
    if (!loader.ragged.isEmpty()) {
      LOG.log(
          Level.INFO,
          "{0}: {1} weights stay as they are stored, their rows are no whole blocks of {2}: {3}, …",
          model.source(),
          loader.ragged.size(),
          format,
          loader.ragged.getFirst());
    }
    return transformer;
  }

  private DreamWeights weights() {
    Weight embedTokens = load(WeightNames.EMBED_TOKENS);
    List<DreamWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < model.config().numHiddenLayers(); i++) {
      layers.add(layer(i));
    }
    return new DreamWeights(
        embedTokens,
        layers,
        load(WeightNames.NORM),
        model.config().tieWordEmbeddings() ? embedTokens : load(WeightNames.LM_HEAD));
  }

  private DreamWeights.Layer layer(int i) {
    return new DreamWeights.Layer(
        load(InLayer.INPUT_LAYERNORM.of(i)),
        load(InLayer.Q_PROJ.of(i)),
        load(InLayer.Q_PROJ_BIAS.of(i)),
        load(InLayer.K_PROJ.of(i)),
        load(InLayer.K_PROJ_BIAS.of(i)),
        load(InLayer.V_PROJ.of(i)),
        load(InLayer.V_PROJ_BIAS.of(i)),
        load(InLayer.O_PROJ.of(i)),
        load(InLayer.POST_ATTENTION_LAYERNORM.of(i)),
        load(InLayer.GATE_PROJ.of(i)),
        load(InLayer.UP_PROJ.of(i)),
        load(InLayer.DOWN_PROJ.of(i)));
  }

  private Weight load(String name) {
    StoredTensor stored = model.weight(name);
    if (policy.isRagged(name)) {
      ragged.add(stored.name());
    }
    return backend.loadWeight(stored.toWeightSource(), policy.formatOf(name));
  }
}
