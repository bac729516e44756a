package io.diffucoder.core.files;

import io.diffucoder.spi.WeightSource;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model's files, open and checked: config, sampling defaults and weights fit together. Opening
 * takes milliseconds whatever the size, as no weight is read. Thread-safe; weights are readable
 * until it is closed.
 */
public final class ModelDirectory implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ModelDirectory.class.getName());

  private final ModelFiles files;
  private final DreamConfig config;
  private final GenerationConfig generationConfig;
  private final Map<String, StoredTensor> weights;

  private ModelDirectory(ModelFiles files) {
    this.files = files;
    Checkpoint checkpoint = Checkpoint.open(files);
    this.config = DreamConfig.read(files);
    this.generationConfig = GenerationConfig.read(files);
    this.weights = Collections.unmodifiableMap(checkedWeights(checkpoint, config));
  }

  /**
   * Opens a directory in the Hugging Face layout.
   *
   * @throws io.diffucoder.api.ModelLoadException if a file is missing, malformed, or does not fit
   *     the others
   */
  public static ModelDirectory open(Path directory) {
    return open(ModelFiles.directory(directory));
  }

  /**
   * Opens the model on the class path or module path; empty if there is none.
   *
   * @throws io.diffucoder.api.ModelLoadException if it is malformed
   */
  public static Optional<ModelDirectory> openEmbedded() {
    return ModelFiles.embedded().map(ModelDirectory::open);
  }

  /** Opens files, which the result owns; they are closed if they are rejected. */
  static ModelDirectory open(ModelFiles files) {
    try {
      return new ModelDirectory(files);
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  /** All files, also those that are not read here, such as the tokenizer's. */
  public ModelFiles files() {
    return files;
  }

  /** The architecture. */
  public DreamConfig config() {
    return config;
  }

  /** The model's own sampling defaults, if it has any. */
  public GenerationConfig generationConfig() {
    return generationConfig;
  }

  /** The weights of the architecture and no others, in order of file and offset. */
  public Collection<StoredTensor> weights() {
    return weights.values();
  }

  /**
   * A weight, ready to be loaded onto a backend.
   *
   * @param name one of {@link WeightNames}; {@link WeightNames#LM_HEAD} only if it is not tied
   * @throws IllegalArgumentException if the architecture has no such weight
   */
  public WeightSource weight(String name) {
    StoredTensor tensor = weights.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the architecture has no weight '%s'".formatted(name));
    }
    return tensor.toWeightSource();
  }

  @Override
  public void close() {
    files.close();
  }

  private static Map<String, StoredTensor> checkedWeights(
      Checkpoint checkpoint, DreamConfig config) {
    Map<String, List<Long>> expected = WeightNames.expected(config);
    expected.forEach((name, shape) -> checkWeight(checkpoint, name, shape));
    Map<String, StoredTensor> weights = new LinkedHashMap<>();
    for (StoredTensor tensor : checkpoint.tensors()) {
      if (expected.containsKey(tensor.name())) {
        weights.put(tensor.name(), tensor);
      } else if (WeightNames.isHarmless(tensor.name(), config)) {
        LOG.log(Level.DEBUG, "{0}: tensor {1} is not used", tensor.file(), tensor.name());
      } else {
        throw Malformed.file(
            tensor.file(),
            "tensor %s is surplus, needs only those of %d layers%s; is config.json from another"
                + " checkpoint?",
            Malformed.quote(tensor.name()),
            config.numHiddenLayers(),
            config.tieWordEmbeddings() ? " with a tied head" : "");
      }
    }
    return weights;
  }

  private static void checkWeight(Checkpoint checkpoint, String name, List<Long> shape) {
    StoredTensor tensor =
        checkpoint
            .tensor(name)
            .orElseThrow(() ->
                Malformed.file(
                    checkpoint.file(),
                    "has no tensor '%s', config.json needs it with shape %s; is config.json"
                        + " from another checkpoint?",
                    name,
                    shape));
    boolean computable = tensor.type().dtype().isPresent();
    if (!computable || !tensor.shape().equals(shape)) {
      throw Malformed.file(
          tensor.file(),
          "tensor '%s' is %s, needs F32, F16 or BF16 of %s; %s",
          name,
          tensor.describe(),
          shape,
          computable
              ? "is config.json from another checkpoint?"
              : "use a checkpoint that is not quantised");
    }
  }
}
