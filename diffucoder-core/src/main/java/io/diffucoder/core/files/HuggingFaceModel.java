package io.diffucoder.core.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.diffucoder.core.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;

/** A model as Hugging Face lays it out: {@code config.json}, safetensors, tokenizer files. */
final class HuggingFaceModel {
  private static final String CHAT_TEMPLATE = "chat_template.jinja";
  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  private HuggingFaceModel() {}

  /** Reads the files, but for the tensors' bytes and the tokenizer. */
  static ModelDescription read(ModelFiles files) {
    Checkpoint checkpoint = Checkpoint.open(files);
    DreamConfig config = DreamConfig.read(files);
    return new ModelDescription(
        config,
        GenerationConfig.read(files),
        checkpoint,
        new ModelDescription.Naming(
            DreamConfig.NAME,
            UnaryOperator.identity(),
            tensor -> WeightNames.isHarmless(tensor, config)),
        () -> Tokenizer.load(files),
        () -> metadata(files, config));
  }

  private static Map<String, GgufValue> metadata(ModelFiles files, DreamConfig config) {
    Map<String, GgufValue> metadata = new LinkedHashMap<>(GgufConfig.write(config));
    metadata.put(GgufNames.NAME, GgufValue.of(files.name()));
    GgufTokenizer.write(Tokenizer.load(files), config.vocabSize(), metadata);
    chatTemplate(files)
        .ifPresent(text -> metadata.put(GgufNames.CHAT_TEMPLATE, GgufValue.of(text)));
    StrictJson.readObject(files, GenerationConfig.NAME)
        .map(json -> GgufValue.of(json.toString()))
        .ifPresent(json -> metadata.put(GgufNames.GENERATION_CONFIG, json));
    return metadata;
  }

  /** The file of its own, or else what {@code tokenizer_config.json} says. */
  private static Optional<String> chatTemplate(ModelFiles files) {
    return StrictJson.readBytes(files, CHAT_TEMPLATE)
        .map(utf8 -> new String(utf8, StandardCharsets.UTF_8))
        .or(() ->
            StrictJson.readObject(files, TOKENIZER_CONFIG)
                .map(json -> json.get("chat_template"))
                .flatMap(HuggingFaceModel::defaultTemplate));
  }

  /** A template, or the default one of a list of templates with names. */
  private static Optional<String> defaultTemplate(JsonNode template) {
    return template.isTextual()
        ? Optional.of(template.textValue())
        : StreamSupport.stream(template.spliterator(), false)
            .filter(named -> named.path("name").asText().equals("default"))
            .map(named -> named.path("template").asText())
            .findFirst();
  }
}
