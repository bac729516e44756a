package io.diffucoder.core.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The architecture from a GGUF file's metadata. Whatever there says that the model computes
 * something else than Dream does is an error.
 */
final class GgufConfig {
  /** What llama.cpp takes where a file does not say. */
  private static final double DEFAULT_FREQ_BASE = 10000;

  /** What a setting must be where there is one. */
  private record Rule(String key, Predicate<JsonNode> accepted, String needed) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule(
              GgufNames.CAUSAL,
              value -> value.isBoolean() && !value.booleanValue(),
              "needs false, as Dream attends in both directions; is it another kind of model?"),
          new Rule(
              GgufNames.SHIFT_LOGITS,
              value -> value.isBoolean() && value.booleanValue(),
              "needs true, as in Dream row i - 1 predicts position i; is it another kind of model?"),
          new Rule(
              GgufNames.ROPE_SCALING_TYPE,
              value -> value.isTextual() && value.textValue().equals("none"),
              "needs none, the only kind that is supported"),
          new Rule(
              GgufNames.ROPE_SCALING_FACTOR,
              value -> isOneOf(value, 0, 1),
              "needs 1, as scaled positions are not supported"),
          new Rule(
              GgufNames.ROPE_SCALE_LINEAR,
              value -> isOneOf(value, 1),
              "needs 1, as scaled positions are not supported"),
          new Rule(
              GgufNames.SLIDING_WINDOW,
              value -> isOneOf(value, 0),
              "needs 0, as Dream attends to all positions"),
          new Rule(
              GgufNames.EXPERT_COUNT,
              value -> isOneOf(value, 0),
              "needs 0, as Dream has no mixture of experts"));

  private GgufConfig() {}

  /** Reads and checks the settings. */
  static DreamConfig read(GgufFile file) {
    GgufMetadata metadata = file.metadata();
    ObjectNode json = metadata.toJson();
    requireWhole(metadata, json);
    requireDream(metadata);
    for (Rule rule : RULES) {
      JsonNode value = json.get(rule.key());
      if (value != null && !rule.accepted().test(value)) {
        throw metadata.rejected(rule.key(), rule.needed());
      }
    }
    complete(file, json);
    DreamConfig config =
        DreamConfig.of(ConfigKeys.complete(metadata.file(), json, GgufNames::setting));
    requireDerived(metadata, json, config);
    return config;
  }

  /** Says an architecture in GGUF's terms. */
  static Map<String, GgufValue> write(DreamConfig config) {
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put(GgufNames.ARCHITECTURE, GgufValue.of(GgufNames.DREAM));
    metadata.put(GgufNames.TYPE, GgufValue.of("model"));
    put("vocab_size", config.vocabSize(), metadata);
    put("max_position_embeddings", config.maxPositionEmbeddings(), metadata);
    put("hidden_size", config.hiddenSize(), metadata);
    put("num_hidden_layers", config.numHiddenLayers(), metadata);
    put("intermediate_size", config.intermediateSize(), metadata);
    put("num_attention_heads", config.numAttentionHeads(), metadata);
    put("num_key_value_heads", config.numKeyValueHeads(), metadata);
    metadata.put(GgufNames.setting("rope_theta"), GgufValue.of((float) config.ropeTheta()));
    metadata.put(GgufNames.setting("rms_norm_eps"), GgufValue.of(config.rmsNormEps()));
    metadata.put(GgufNames.CAUSAL, GgufValue.no());
    metadata.put(GgufNames.SHIFT_LOGITS, GgufValue.yes());
    put("bos_token_id", config.bosTokenId(), metadata);
    put("eos_token_id", config.eosTokenId(), metadata);
    put("pad_token_id", config.padTokenId(), metadata);
    put("mask_token_id", config.maskTokenId(), metadata);
    metadata.put(GgufNames.ADD_BOS, GgufValue.no());
    return metadata;
  }

  private static void put(
      String setting, @Nullable Integer number, Map<String, GgufValue> metadata) {
    if (number != null) {
      metadata.put(GgufNames.setting(setting), GgufValue.of(number.intValue()));
    }
  }

  private static void requireWhole(GgufMetadata metadata, ObjectNode json) {
    JsonNode parts = json.get(GgufNames.SPLIT_COUNT);
    if (parts != null && !isOneOf(parts, 0, 1)) {
      throw Malformed.file(
          metadata.file(),
          "is part %s (from 0) of a model in %s files, needs one file; join them with"
              + " llama-gguf-split --merge",
          Malformed.plain(String.valueOf(json.get(GgufNames.SPLIT_NUMBER))),
          Malformed.plain(parts.toString()));
    }
  }

  private static void requireDream(GgufMetadata metadata) {
    boolean dream =
        metadata.text(GgufNames.ARCHITECTURE).filter(GgufNames.DREAM::equals).isPresent();
    if (!dream) {
      throw metadata.rejected(
          GgufNames.ARCHITECTURE,
          "needs dream, the architecture of DiffuCoder; is it another model?");
    }
  }

  /** Fills in what other keys or the tensors say, as llama.cpp does. */
  private static void complete(GgufFile file, ObjectNode json) {
    String vocabSize = GgufNames.setting("vocab_size");
    file.metadata()
        .length(GgufNames.TOKENS)
        .filter(tokens -> !json.has(vocabSize))
        .ifPresent(tokens -> json.put(vocabSize, tokens));
    String heads = GgufNames.setting("num_attention_heads");
    String keyValueHeads = GgufNames.setting("num_key_value_heads");
    if (json.has(heads) && !json.has(keyValueHeads)) {
      json.set(keyValueHeads, json.get(heads));
    }
    String freqBase = GgufNames.setting("rope_theta");
    if (!json.has(freqBase)) {
      json.put(freqBase, DEFAULT_FREQ_BASE);
    }
    json.put("tie_word_embeddings", file.tensor(GgufNames.OUTPUT).isEmpty());
  }

  /** Checks what the other settings imply. */
  private static void requireDerived(GgufMetadata metadata, ObjectNode json, DreamConfig config) {
    for (String key :
        List.of(GgufNames.ROPE_DIMENSION_COUNT, GgufNames.KEY_LENGTH, GgufNames.VALUE_LENGTH)) {
      if (json.has(key) && !isOneOf(json.get(key), config.headDim())) {
        throw metadata.rejected(key, "needs the width of a head, " + config.headDim());
      }
    }
    for (String key : List.of(GgufNames.TOKENS, GgufNames.TOKEN_TYPES)) {
      int length = metadata.length(key).orElse(config.vocabSize());
      if (length != config.vocabSize()) {
        throw Malformed.file(
            metadata.file(),
            "%s has %d elements, needs %d, one for each row of the vocabulary",
            key,
            length,
            config.vocabSize());
      }
    }
  }

  private static boolean isOneOf(JsonNode value, double... accepted) {
    for (double number : accepted) {
      if (value.isNumber() && value.doubleValue() == number) {
        return true;
      }
    }
    return false;
  }
}
