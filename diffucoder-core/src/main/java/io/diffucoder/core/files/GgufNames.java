package io.diffucoder.core.files;

import io.diffucoder.core.files.WeightNames.InLayer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What llama.cpp calls the tensors and the settings of Dream models in GGUF files; the only file
 * that knows.
 */
final class GgufNames {
  static final String ARCHITECTURE = "general.architecture";

  /** Which of them. */
  static final String DREAM = "dream";

  static final String NAME = "general.name";
  static final String TYPE = "general.type";
  static final String FILE_TYPE = "general.file_type";
  static final String QUANTIZATION_VERSION = "general.quantization_version";

  /** Further parts of a model that is split over several files, and the number of this one. */
  static final String SPLIT_COUNT = "split.count";

  static final String SPLIT_NUMBER = "split.no";

  /** False in a diffusion model: every position sees every other. */
  static final String CAUSAL = "dream.attention.causal";

  /** True in a Dream model: row i − 1 predicts position i. */
  static final String SHIFT_LOGITS = "diffusion.shift_logits";

  static final String ROPE_SCALING_TYPE = "dream.rope.scaling.type";
  static final String ROPE_SCALING_FACTOR = "dream.rope.scaling.factor";
  static final String ROPE_SCALE_LINEAR = "dream.rope.scale_linear";
  static final String ROPE_DIMENSION_COUNT = "dream.rope.dimension_count";
  static final String KEY_LENGTH = "dream.attention.key_length";
  static final String VALUE_LENGTH = "dream.attention.value_length";
  static final String SLIDING_WINDOW = "dream.attention.sliding_window";
  static final String EXPERT_COUNT = "dream.expert_count";

  static final String TOKENIZER_MODEL = "tokenizer.ggml.model";
  static final String TOKENIZER_PRE = "tokenizer.ggml.pre";
  static final String TOKENS = "tokenizer.ggml.tokens";
  static final String TOKEN_TYPES = "tokenizer.ggml.token_type";
  static final String MERGES = "tokenizer.ggml.merges";
  static final String ADD_BOS = "tokenizer.ggml.add_bos_token";
  static final String CHAT_TEMPLATE = "tokenizer.chat_template";

  /** This project's own: the text of {@code generation_config.json}. */
  static final String GENERATION_CONFIG = "diffucoder.generation_config";

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("vocab_size", "dream.vocab_size"),
          Map.entry("hidden_size", "dream.embedding_length"),
          Map.entry("intermediate_size", "dream.feed_forward_length"),
          Map.entry("num_hidden_layers", "dream.block_count"),
          Map.entry("num_attention_heads", "dream.attention.head_count"),
          Map.entry("num_key_value_heads", "dream.attention.head_count_kv"),
          Map.entry("max_position_embeddings", "dream.context_length"),
          Map.entry("rms_norm_eps", "dream.attention.layer_norm_rms_epsilon"),
          Map.entry("rope_theta", "dream.rope.freq_base"),
          Map.entry("bos_token_id", "tokenizer.ggml.bos_token_id"),
          Map.entry("eos_token_id", "tokenizer.ggml.eos_token_id"),
          Map.entry("pad_token_id", "tokenizer.ggml.padding_token_id"),
          Map.entry("mask_token_id", "tokenizer.ggml.mask_token_id"));

  private GgufNames() {}

  /** The key for a key of {@code config.json}; the same one where GGUF has none. */
  static String setting(String configKey) {
    return SETTINGS.getOrDefault(configKey, configKey);
  }

  /** The tensors' names, by those of {@link WeightNames}, of a model of so many layers. */
  static Map<String, String> tensors(int layers) {
    Map<String, String> names = new LinkedHashMap<>();
    names.put(WeightNames.EMBED_TOKENS, "token_embd.weight");
    for (int layer = 0; layer < layers; layer++) {
      for (InLayer weight : InLayer.values()) {
        names.put(weight.of(layer), "blk." + layer + "." + inLayer(weight));
      }
    }
    names.put(WeightNames.NORM, "output_norm.weight");
    names.put(WeightNames.LM_HEAD, OUTPUT);
    return Collections.unmodifiableMap(names);
  }

  /** The output head; absent where it is tied to the embedding table. */
  static final String OUTPUT = "output.weight";

  private static String inLayer(InLayer weight) {
    return switch (weight) {
      case Q_PROJ -> "attn_q.weight";
      case Q_PROJ_BIAS -> "attn_q.bias";
      case K_PROJ -> "attn_k.weight";
      case K_PROJ_BIAS -> "attn_k.bias";
      case V_PROJ -> "attn_v.weight";
      case V_PROJ_BIAS -> "attn_v.bias";
      case O_PROJ -> "attn_output.weight";
      case GATE_PROJ -> "ffn_gate.weight";
      case UP_PROJ -> "ffn_up.weight";
      case DOWN_PROJ -> "ffn_down.weight";
      case INPUT_LAYERNORM -> "attn_norm.weight";
      case POST_ATTENTION_LAYERNORM -> "ffn_norm.weight";
    };
  }
}
