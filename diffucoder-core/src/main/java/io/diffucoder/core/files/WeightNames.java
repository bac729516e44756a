package io.diffucoder.core.files;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensor names of Hugging Face checkpoints; the only file that knows them. */
public final class WeightNames {
  /** The embedding table (V, D). */
  public static final String EMBED_TOKENS = "model.embed_tokens.weight";

  /** The final norm (D). */
  public static final String NORM = "model.norm.weight";

  /** The output head (V, D); absent where it is tied to the embedding table. */
  public static final String LM_HEAD = "lm_head.weight";

  /** Rotary frequencies that old versions of transformers saved; they follow from the config. */
  private static final String ROTARY_BUFFER = ".rotary_emb.inv_freq";

  private WeightNames() {}

  /** The twelve weights of a layer, in the order of the modules. */
  public enum InLayer {
    /** (H × Dh, D). */
    Q_PROJ("self_attn.q_proj.weight"),
    /** (H × Dh). */
    Q_PROJ_BIAS("self_attn.q_proj.bias"),
    /** (Hkv × Dh, D). */
    K_PROJ("self_attn.k_proj.weight"),
    /** (Hkv × Dh). */
    K_PROJ_BIAS("self_attn.k_proj.bias"),
    /** (Hkv × Dh, D). */
    V_PROJ("self_attn.v_proj.weight"),
    /** (Hkv × Dh). */
    V_PROJ_BIAS("self_attn.v_proj.bias"),
    /** (D, H × Dh). */
    O_PROJ("self_attn.o_proj.weight"),
    /** (F, D). */
    GATE_PROJ("mlp.gate_proj.weight"),
    /** (F, D). */
    UP_PROJ("mlp.up_proj.weight"),
    /** (D, F). */
    DOWN_PROJ("mlp.down_proj.weight"),
    /** (D). */
    INPUT_LAYERNORM("input_layernorm.weight"),
    /** (D). */
    POST_ATTENTION_LAYERNORM("post_attention_layernorm.weight");

    private final String suffix;

    InLayer(String suffix) {
      this.suffix = suffix;
    }

    /** Its name in a layer, counted from 0. */
    public String of(int layer) {
      return "model.layers." + layer + "." + suffix;
    }

    private List<Long> shape(DreamConfig config) {
      long d = config.hiddenSize();
      long kv = config.keyValueSize();
      long f = config.intermediateSize();
      return switch (this) {
        case Q_PROJ, O_PROJ -> List.of(d, d);
        case K_PROJ, V_PROJ -> List.of(kv, d);
        case K_PROJ_BIAS, V_PROJ_BIAS -> List.of(kv);
        case GATE_PROJ, UP_PROJ -> List.of(f, d);
        case DOWN_PROJ -> List.of(d, f);
        case Q_PROJ_BIAS, INPUT_LAYERNORM, POST_ATTENTION_LAYERNORM -> List.of(d);
      };
    }
  }

  /**
   * Name and shape of every weight that a model of this config has, in the order of the modules.
   */
  static Map<String, List<Long>> expected(DreamConfig config) {
    List<Long> table = List.of((long) config.vocabSize(), (long) config.hiddenSize());
    Map<String, List<Long>> expected = new LinkedHashMap<>();
    expected.put(EMBED_TOKENS, table);
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      for (InLayer weight : InLayer.values()) {
        expected.put(weight.of(layer), weight.shape(config));
      }
    }
    expected.put(NORM, List.of((long) config.hiddenSize()));
    if (!config.tieWordEmbeddings()) {
      expected.put(LM_HEAD, table);
    }
    return expected;
  }

  /**
   * Whether a tensor that is not expected does no harm: tools are known to save it all the same.
   */
  static boolean isHarmless(String name, DreamConfig config) {
    return name.endsWith(ROTARY_BUFFER) || (name.equals(LM_HEAD) && config.tieWordEmbeddings());
  }
}
