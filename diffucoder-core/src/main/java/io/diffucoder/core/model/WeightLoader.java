package io.diffucoder.core.model;

import io.diffucoder.core.files.StoredModel;
import io.diffucoder.core.files.WeightNames;
import io.diffucoder.core.files.WeightNames.InLayer;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import java.util.ArrayList;
import java.util.List;

/** Hands a model's stored tensors to a backend. */
public final class WeightLoader {
  private final StoredModel model;
  private final TensorBackend backend;
  private final WeightFormat format;

  private WeightLoader(StoredModel model, TensorBackend backend, WeightFormat format) {
    this.model = model;
    this.backend = backend;
    this.format = format;
  }

  /**
   * The network, its matrices in this format; norms and biases stay as they are stored.
   *
   * @throws IllegalArgumentException if the backend does not take the format
   * @throws io.diffucoder.api.DeviceMemoryException if the device's memory does not suffice
   */
  public static DreamTransformer load(
      StoredModel model, TensorBackend backend, WeightFormat format) {
    if (!backend.info().weightFormats().contains(format)) {
      throw new IllegalArgumentException(
          "backend '%s' does not take weight format %s, it takes %s"
              .formatted(backend.info().name(), format, backend.info().weightFormats()));
    }
    return new DreamTransformer(model.config(), new WeightLoader(model, backend, format).weights());
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
    WeightSource source = model.weight(name);
    return backend.loadWeight(source, source.rows() == 1 ? WeightFormat.AS_STORED : format);
  }
}
