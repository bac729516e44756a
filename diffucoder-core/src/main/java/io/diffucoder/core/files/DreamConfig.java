package io.diffucoder.core.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.diffucoder.spi.RopeSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The architecture: the keys of {@code config.json} in camelCase, whichever file says them. What a
 * {@code config.json} leaves out has the default of Dream's own configuration class, which is not
 * the value of the 7B model.
 *
 * @param vocabSize rows V of the embedding table and of the output head
 * @param hiddenSize width D of the residual stream
 * @param intermediateSize width F of the feed-forward layers
 * @param numHiddenLayers layers L
 * @param numAttentionHeads query heads H, which divide hiddenSize
 * @param numKeyValueHeads key and value heads Hkv, which divide the query heads
 * @param maxPositionEmbeddings longest canvas that the authors declare
 * @param rmsNormEps added to the mean square
 * @param ropeTheta base of the rotary frequencies
 * @param tieWordEmbeddings whether the output head is the embedding table
 * @param maskTokenId the id that stands for an undecided position; null if the file does not say
 * @param padTokenId unused in sampling; null if there is none
 * @param bosTokenId unused in sampling; null if there is none
 * @param eosTokenId unused in sampling; null if there is none
 * @param keys the file's keys, verbatim and in order, then the defaults filled in; as JSON text
 */
public record DreamConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int maxPositionEmbeddings,
    float rmsNormEps,
    double ropeTheta,
    boolean tieWordEmbeddings,
    @Nullable Integer maskTokenId,
    @Nullable Integer padTokenId,
    @Nullable Integer bosTokenId,
    @Nullable Integer eosTokenId,
    Map<String, String> keys) {
  static final String NAME = "config.json";

  // Bounds for hostile files: far above any model, and low enough that no product of two overflows.
  private static final int LARGEST_VOCABULARY = 1 << 24;
  private static final int LARGEST_WIDTH = 1 << 20;
  private static final int MOST_LAYERS = 1 << 12;
  private static final int MOST_HEADS = 1 << 16;

  public DreamConfig {
    keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
  }

  /**
   * Reads and checks {@code config.json}.
   *
   * @throws io.diffucoder.api.ModelLoadException if it is absent or malformed, or describes
   *     something that this library does not run
   */
  public static DreamConfig read(ModelFiles files) {
    String file = files.describe(NAME);
    ObjectNode json =
        StrictJson.readObject(files, NAME)
            .orElseThrow(() -> Malformed.file(file, "does not exist; is the download complete?"));
    ConfigKeys keys = ConfigKeys.withDefaults(file, json);
    requireRunnable(keys);
    return of(keys);
  }

  /** Width Dh of a head: derived, as a {@code head_dim} in the file is never read. */
  public int headDim() {
    return hiddenSize / numAttentionHeads;
  }

  /** Width Hkv × Dh of a row of keys or values. */
  public int keyValueSize() {
    return numKeyValueHeads * headDim();
  }

  /** The rotary embedding of queries and keys. */
  public RopeSpec rope() {
    return new RopeSpec(headDim(), ropeTheta);
  }

  /** Checks the values; whether they are all that matters is the caller's business. */
  static DreamConfig of(ConfigKeys keys) {
    int vocabSize = keys.integer("vocab_size", 151936, 2, LARGEST_VOCABULARY);
    int hiddenSize = keys.integer("hidden_size", 4096, 2, LARGEST_WIDTH);
    int intermediateSize = keys.integer("intermediate_size", 22016, 1, LARGEST_WIDTH);
    int layers = keys.integer("num_hidden_layers", 32, 1, MOST_LAYERS);
    int heads = keys.integer("num_attention_heads", 32, 1, MOST_HEADS);
    int keyValueHeads = keyValueHeads(keys, heads);
    requireDivisible(keys, hiddenSize, heads, keyValueHeads);
    int lastId = vocabSize - 1;
    return new DreamConfig(
        vocabSize,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        keyValueHeads,
        keys.integer("max_position_embeddings", 32768, 1, Integer.MAX_VALUE),
        epsilon(keys),
        theta(keys),
        keys.flag("tie_word_embeddings"),
        keys.id("mask_token_id", 151666, lastId),
        keys.has("pad_token_id")
            ? keys.integerOrNull("pad_token_id", 0, lastId)
            : keys.id("pad_token_id", 151643, lastId),
        keys.integerOrNull("bos_token_id", 0, lastId),
        keys.integerOrNull("eos_token_id", 0, lastId),
        keys.all());
  }

  /** Rejects what would load and then compute something else. */
  private static void requireRunnable(ConfigKeys keys) {
    String modelType = keys.textOrNull("model_type");
    if (modelType == null || !modelType.equalsIgnoreCase("Dream")) {
      throw keys.rejected(
          "model_type", "needs \"Dream\", the architecture of DiffuCoder; is it another model?");
    }
    if (!keys.text("hidden_act", "silu").equals("silu")) {
      throw keys.rejected("hidden_act", "needs \"silu\", the only activation that Dream uses");
    }
    if (keys.flag("use_sliding_window")) {
      throw keys.rejected("use_sliding_window", "needs false, as Dream attends to all positions");
    }
    if (keys.flag("use_mrope")) {
      throw keys.rejected("use_mrope", "needs false, as Dream has one position per token");
    }
    if (keys.objectOrNull("quantization_config") != null) {
      throw keys.rejected(
          "quantization_config", "needs to be absent; use the unquantised checkpoint");
    }
    requireDefaultRope(keys);
  }

  private static void requireDefaultRope(ConfigKeys keys) {
    if (!keys.has("rope_theta") && keys.has("rope_parameters")) {
      throw keys.rejected(
          "rope_parameters", "needs rope_theta as well; save it with transformers 4");
    }
    ObjectNode scaling = keys.objectOrNull("rope_scaling");
    if (scaling != null) {
      JsonNode type = scaling.has("rope_type") ? scaling.get("rope_type") : scaling.get("type");
      if (type == null || !type.asText().equals("default")) {
        throw keys.rejected(
            "rope_scaling", "needs null or rope_type \"default\", the only kind that is supported");
      }
    }
  }

  private static int keyValueHeads(ConfigKeys keys, int heads) {
    Integer given = keys.integerOrNull("num_key_value_heads", 1, MOST_HEADS);
    if (given != null) {
      return given;
    }
    return keys.has("num_key_value_heads")
        ? heads
        : keys.integer("num_key_value_heads", 32, 1, MOST_HEADS);
  }

  private static void requireDivisible(
      ConfigKeys keys, int hiddenSize, int heads, int keyValueHeads) {
    if (hiddenSize % heads != 0 || hiddenSize / heads % 2 != 0) {
      throw keys.rejected(
          "hidden_size", "needs an even multiple of num_attention_heads, %d".formatted(heads));
    }
    if (heads % keyValueHeads != 0) {
      throw keys.rejected(
          "num_key_value_heads", "needs a divisor of num_attention_heads, %d".formatted(heads));
    }
  }

  private static float epsilon(ConfigKeys keys) {
    float epsilon = (float) keys.number("rms_norm_eps", 1e-6);
    if (!(epsilon > 0) || Float.isInfinite(epsilon)) {
      throw keys.rejected("rms_norm_eps", "needs a positive float32");
    }
    return epsilon;
  }

  private static double theta(ConfigKeys keys) {
    double theta = keys.number("rope_theta", 10000);
    if (!(theta > 0)) {
      throw keys.rejected("rope_theta", "needs a positive number");
    }
    return theta;
  }
}
