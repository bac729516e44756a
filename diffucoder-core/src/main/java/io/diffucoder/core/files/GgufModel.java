package io.diffucoder.core.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A model in one GGUF file. */
final class GgufModel {
  private static final System.Logger LOG = System.getLogger(GgufModel.class.getName());

  private GgufModel() {}

  /** Whether a file of this name is meant to be GGUF. */
  static boolean isGguf(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".gguf");
  }

  /**
   * The name of the GGUF file to read; empty if there is none, or the weights are in safetensors.
   *
   * @throws io.diffucoder.api.ModelLoadException if there are several
   */
  static Optional<String> find(ModelFiles files) {
    List<String> found = files.names().stream().filter(GgufModel::isGguf).toList();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (files.names().stream().anyMatch(name -> name.endsWith(".safetensors"))) {
      LOG.log(Level.INFO, "the safetensors files are read, {0} is not", found.getFirst());
      return Optional.empty();
    }
    if (found.size() > 1) {
      throw Malformed.file(
          files.source(),
          "holds %d GGUF files, needs one: name the one to read; there are %s",
          found.size(),
          Malformed.plain(String.join(", ", found)));
    }
    return Optional.of(found.getFirst());
  }

  /** Reads a file, but for the tensors' bytes. */
  static ModelDescription read(ModelFiles files, String name) {
    GgufFile file = GgufFile.parse(files.describe(name), files.map(name));
    GgufMetadata metadata = file.metadata();
    DreamConfig config = GgufConfig.read(file);
    Map<String, String> tensors = GgufNames.tensors(config.numHiddenLayers());
    return new ModelDescription(
        config,
        generationConfig(metadata),
        Checkpoint.of(file),
        new ModelDescription.Naming(
            "its metadata", weight -> tensors.getOrDefault(weight, weight), tensor -> false),
        () -> GgufTokenizer.read(metadata),
        metadata::values);
  }

  private static GenerationConfig generationConfig(GgufMetadata metadata) {
    String file = "%s (%s)".formatted(metadata.file(), GgufNames.GENERATION_CONFIG);
    Optional<ObjectNode> json =
        metadata
            .text(GgufNames.GENERATION_CONFIG)
            .map(text -> StrictJson.object(file, text.getBytes(StandardCharsets.UTF_8)));
    return GenerationConfig.of(file, json);
  }
}
