package io.diffucoder.core.files;

import io.diffucoder.core.tokenizer.Tokenizer;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model's files, open and checked: config, sampling defaults and weights fit together. Opening
 * takes milliseconds whatever the size, as no weight is read. Thread-safe; weights are readable
 * until it is closed.
 */
public final class StoredModel implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StoredModel.class.getName());

  private final ModelFiles files;
  private final ModelDescription description;
  private final Map<String, StoredTensor> weights;

  private StoredModel(ModelFiles files) {
    this.files = files;
    this.description = ModelDescription.read(files);
    this.weights = Collections.unmodifiableMap(checkedWeights(description));
  }

  /**
   * Opens a directory in the Hugging Face layout, a GGUF file, or a directory that holds one.
   *
   * @throws io.diffucoder.api.ModelLoadException if a file is missing, malformed, or does not fit
   *     the others
   */
  public static StoredModel open(Path path) {
    return open(ModelFiles.of(path));
  }

  /**
   * Opens the model on the class path or module path; empty if there is none.
   *
   * @throws io.diffucoder.api.ModelLoadException if it is malformed
   */
  public static Optional<StoredModel> openEmbedded() {
    return ModelFiles.embedded().map(StoredModel::open);
  }

  /** Opens files, which the result owns; they are closed if they are rejected. */
  static StoredModel open(ModelFiles files) {
    try {
      return new StoredModel(files);
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  /** What holds the model: a path, or a resource folder. */
  public String source() {
    return files.source();
  }

  /** All files, also those that are not read here, such as the tokenizer's. */
  public ModelFiles files() {
    return files;
  }

  /** The architecture. */
  public DreamConfig config() {
    return description.config();
  }

  /** The model's own sampling defaults, if it has any. */
  public GenerationConfig generationConfig() {
    return description.generationConfig();
  }

  /**
   * Reads the tokenizer.
   *
   * @throws io.diffucoder.api.ModelLoadException if there is none, or it is malformed
   */
  public Tokenizer tokenizer() {
    return description.tokenizer().get();
  }

  /** All but the weights in GGUF's terms. */
  Map<String, GgufValue> metadata() {
    return description.metadata().get();
  }

  /**
   * The weights of the architecture and no others, by their names in {@link WeightNames}, in order
   * of file and offset.
   */
  public Map<String, StoredTensor> weights() {
    return weights;
  }

  /**
   * A weight as it is stored.
   *
   * @param name one of {@link WeightNames}; {@link WeightNames#LM_HEAD} only if it is not tied
   * @throws IllegalArgumentException if the architecture has no such weight
   */
  public StoredTensor weight(String name) {
    StoredTensor tensor = weights.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the architecture has no weight '%s'".formatted(name));
    }
    return tensor;
  }

  @Override
  public void close() {
    files.close();
  }

  private static Map<String, StoredTensor> checkedWeights(ModelDescription description) {
    ModelDescription.Naming naming = description.naming();
    Map<String, String> weightOf = new HashMap<>();
    WeightNames.expected(description.config())
        .forEach((weight, shape) -> {
          weightOf.put(naming.tensorOf().apply(weight), weight);
          checkWeight(description, naming.tensorOf().apply(weight), shape);
        });
    Map<String, StoredTensor> weights = new LinkedHashMap<>();
    for (StoredTensor tensor : description.checkpoint().tensors()) {
      String weight = weightOf.get(tensor.name());
      if (weight != null) {
        weights.put(weight, tensor);
      } else if (naming.harmless().test(tensor.name())) {
        LOG.log(Level.DEBUG, "{0}: tensor {1} is not used", tensor.file(), tensor.name());
      } else {
        throw Malformed.file(
            tensor.file(),
            "tensor %s is surplus, needs only those of %d layers%s; is %s from another"
                + " checkpoint?",
            Malformed.quote(tensor.name()),
            description.config().numHiddenLayers(),
            description.config().tieWordEmbeddings() ? " with a tied head" : "",
            naming.config());
      }
    }
    return weights;
  }

  private static void checkWeight(ModelDescription description, String name, List<Long> shape) {
    Checkpoint checkpoint = description.checkpoint();
    String config = description.naming().config();
    StoredTensor tensor =
        checkpoint
            .tensor(name)
            .orElseThrow(() ->
                Malformed.file(
                    checkpoint.file(),
                    "has no tensor '%s', %s needs it with shape %s; is %s from another"
                        + " checkpoint?",
                    name,
                    config,
                    shape,
                    config));
    boolean computable = tensor.type().dtype().isPresent();
    if (!computable || !tensor.shape().equals(shape)) {
      throw Malformed.file(
          tensor.file(),
          "tensor '%s' is %s, needs %s of %s; %s",
          name,
          tensor.describe(),
          tensor.type().computable(),
          shape,
          computable
              ? "is %s from another checkpoint?".formatted(config)
              : "use a checkpoint of such a type");
    }
  }
}
