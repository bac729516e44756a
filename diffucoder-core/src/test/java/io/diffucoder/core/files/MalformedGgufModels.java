package io.diffucoder.core.files;

import static io.diffucoder.core.files.GgufSketch.AB;
import static io.diffucoder.core.files.GgufSketch.ARRAY;
import static io.diffucoder.core.files.GgufSketch.BOOL;
import static io.diffucoder.core.files.GgufSketch.FLOAT32;
import static io.diffucoder.core.files.GgufSketch.IM_END;
import static io.diffucoder.core.files.GgufSketch.INT32;
import static io.diffucoder.core.files.GgufSketch.STRING;
import static io.diffucoder.core.files.GgufSketch.UINT32;
import static io.diffucoder.core.files.GgufSketch.UINT64;
import static io.diffucoder.core.files.GgufSketch.integers;
import static io.diffucoder.core.files.GgufSketch.text;
import static io.diffucoder.core.files.GgufSketch.texts;
import static io.diffucoder.core.files.GgufSketch.u32;
import static io.diffucoder.core.files.GgufSketch.u64;
import static io.diffucoder.core.files.MalformedGguf.changed;

import io.diffucoder.core.files.GgufSketch.Tensor;
import io.diffucoder.core.files.MalformedModels.Case;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** Whole GGUF files that describe no model that runs here, or contradict themselves. */
final class MalformedGgufModels {
  private static final List<String> SIZES =
      List.of(
          "dream.vocab_size",
          "dream.embedding_length",
          "dream.feed_forward_length",
          "dream.block_count",
          "dream.attention.head_count",
          "dream.attention.head_count_kv");

  private static final List<String> IDS =
      List.of("tokenizer.ggml.eos_token_id", "tokenizer.ggml.mask_token_id");

  private MalformedGgufModels() {}

  static List<Case> settings() {
    List<Case> cases = new ArrayList<>();
    List<String> numbers = new ArrayList<>(SIZES);
    numbers.addAll(IDS);
    numbers.add("dream.context_length");
    for (String key : numbers) {
      cases.add(setting(key, INT32, u32(-1)));
      cases.add(setting(key, UINT32, u32(-1)));
      cases.add(setting(key, UINT32, u32(Integer.MIN_VALUE)));
      cases.add(setting(key, UINT64, u64(-1)));
      cases.add(setting(key, UINT64, u64(1L << 32)));
      cases.add(setting(key, FLOAT32, u32(Float.floatToIntBits(2))));
      cases.add(setting(key, STRING, text("2")));
      cases.add(setting(key, BOOL, new byte[] {1}));
      cases.add(setting(key, ARRAY, integers(2)));
    }
    for (String key : SIZES) {
      for (int value : new int[] {0, 3, 5, 7, 9, 1 << 25}) {
        cases.add(changed(key + " is " + value, s -> s.with(key, value)));
      }
      if (!key.equals("dream.vocab_size") && !key.equals("dream.attention.head_count_kv")) {
        cases.add(changed("no " + key, s -> s.without(key), key));
      }
    }
    for (String key : IDS) {
      cases.add(changed(key + " is 260", s -> s.with(key, 260), key));
    }
    String epsilon = "dream.attention.layer_norm_rms_epsilon";
    String theta = "dream.rope.freq_base";
    for (float number : new float[] {0, -0f, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      cases.add(setting(epsilon, FLOAT32, u32(Float.floatToIntBits(number))));
      cases.add(setting(theta, FLOAT32, u32(Float.floatToIntBits(number))));
    }
    cases.add(changed("no epsilon", s -> s.without(epsilon), epsilon));
    cases.add(changed("no context length", s -> s.without("dream.context_length"), "context"));
    cases.add(
        changed(
            "neither a vocabulary's size nor tokens",
            s -> s.without("dream.vocab_size").without("tokenizer.ggml.tokens"),
            "dream.vocab_size"));
    return cases;
  }

  /** Files that would load and then compute something else. */
  static List<Case> otherModels() {
    List<Case> cases = new ArrayList<>();
    for (String architecture : List.of("llama", "qwen2", "llada", "Dream", "dream ", "")) {
      cases.add(setting("general.architecture", STRING, text(architecture)));
    }
    cases.add(setting("general.architecture", UINT32, u32(1)));
    cases.add(changed("no architecture", s -> s.without("general.architecture"), "architecture"));
    cases.add(setting("dream.attention.causal", BOOL, new byte[] {1}));
    cases.add(setting("dream.attention.causal", STRING, text("false")));
    cases.add(setting("diffusion.shift_logits", BOOL, new byte[] {0}));
    cases.add(setting("diffusion.shift_logits", UINT32, u32(1)));
    for (String type : List.of("linear", "yarn", "longrope", "")) {
      cases.add(setting("dream.rope.scaling.type", STRING, text(type)));
    }
    for (String key : List.of("dream.rope.scaling.factor", "dream.rope.scale_linear")) {
      cases.add(setting(key, FLOAT32, u32(Float.floatToIntBits(4))));
      cases.add(setting(key, FLOAT32, u32(Float.floatToIntBits(Float.NaN))));
    }
    for (String key :
        List.of(
            "dream.rope.dimension_count",
            "dream.attention.key_length",
            "dream.attention.value_length",
            "dream.attention.sliding_window",
            "dream.expert_count")) {
      cases.add(setting(key, UINT32, u32(8)));
      cases.add(setting(key, STRING, text("4")));
    }
    cases.add(
        changed("part of a model", s -> s.with("split.count", 3).with("split.no", 1), "part 1"));
    cases.add(
        changed(
            "part without settings",
            s -> {
              s.keys.clear();
              s.with("split.count", 3);
            },
            "needs one file"));
    cases.add(setting("diffucoder.generation_config", STRING, text("{")));
    cases.add(setting("diffucoder.generation_config", STRING, text("{\"max_new_tokens\": -1}")));
    cases.add(setting("diffucoder.generation_config", UINT32, u32(1)));
    return cases;
  }

  static List<Case> missingAndSurplusTensors() {
    List<Case> cases = new ArrayList<>();
    for (Tensor tensor : GgufSketch.valid().tensors) {
      String name = tensor.name;
      if (!name.equals("output.weight")) { // tied, then
        cases.add(changed(name + " is missing", s -> s.without(name), name));
      }
      cases.add(
          changed(
              name + " has a number more",
              s -> {
                Tensor changed = s.tensor(name);
                changed.dimensions = List.of(changed.bytes.length / 4 + 1L);
                changed.bytes = new byte[changed.bytes.length + 4];
              },
              name));
    }
    for (String surplus :
        List.of(
            "rope_freqs.weight",
            "blk.0.attn_output.bias",
            "blk.0.attn_rot_embd.weight",
            "blk.2.attn_norm.weight",
            "blk.00.attn_norm.weight",
            "model.norm.weight",
            "lm_head.weight",
            "output.bias",
            "")) {
      cases.add(
          changed(
              "surplus tensor '" + surplus + "'",
              s -> s.tensors.add(new Tensor(surplus, 0, 8)),
              "'" + surplus + "' is surplus"));
    }
    cases.add(
        changed(
            "a name of Hugging Face's",
            s -> s.tensor("output_norm.weight").name = "model.norm.weight",
            "output_norm.weight"));
    return cases;
  }

  static List<Case> tokenizers() {
    List<Case> cases = new ArrayList<>();
    for (String key : List.of("tokenizer.ggml.tokens", "tokenizer.ggml.merges")) {
      cases.add(changed("no " + key, s -> s.without(key), key));
      cases.add(setting(key, ARRAY, integers(1, 2, 3)));
      cases.add(setting(key, STRING, text("a b")));
      cases.add(setting(key, UINT32, u32(1)));
    }
    String types = "tokenizer.ggml.token_type";
    cases.add(changed("no " + types, s -> s.without(types), types));
    cases.add(setting(types, ARRAY, integers(1, 1, 3)));
    cases.add(setting(types, ARRAY, texts(List.of("1"))));
    for (int type : new int[] {0, 2, 6, 7, Integer.MAX_VALUE, -1}) {
      cases.add(types("type " + type, t -> t[AB] = type, types));
    }
    cases.add(types("a merge makes no token", t -> t[AB] = 5, "merge 0"));
    cases.add(types("a merge makes a control token", t -> t[AB] = 3, "merge 0"));
    cases.add(types("no token for a byte", t -> t['x'] = 5, "no token", "0x78"));
    cases.add(types("a control token spells a byte", t -> t['x'] = 3, "no token", "0x78"));
    for (String merge : List.of("a zz", "zz a", "ab", "a b c", "a  b", "", " ", "a ", " b")) {
      cases.add(merges(List.of(merge)));
    }
    cases.add(merges(List.of("a b", "a b")));
    cases.add(tokens("one token fewer", t -> t.removeLast(), "has 259 elements, needs 260"));
    cases.add(tokens("one token more", t -> t.add("x"), "has 261 elements, needs 260"));
    cases.add(tokens("no tokens", List::clear, "has 0 elements, needs 260"));
    cases.add(tokens("a token twice", t -> t.set(AB, "x"), "'x' has two ids"));
    cases.add(tokens("a space in a token", t -> t.set(AB, "a b"), "no byte"));
    cases.add(tokens("an empty control token", t -> t.set(IM_END, ""), "empty"));
    cases.add(tokens("a control token twice", t -> t.set(IM_END, "<|mask|>"), "<|mask|>"));
    cases.add(
        changed(
            "a token that is not UTF-8",
            s -> {
              byte[] bytes = s.key("tokenizer.ggml.tokens").value;
              bytes[bytes.length - 1] = (byte) 0xFF;
            },
            "tokenizer.ggml.tokens",
            "not UTF-8"));
    for (String model : List.of("llama", "bert", "GPT2", "")) {
      cases.add(setting("tokenizer.ggml.model", STRING, text(model)));
    }
    cases.add(setting("tokenizer.ggml.model", UINT32, u32(2)));
    cases.add(changed("no tokenizer", s -> s.with("tokenizer.ggml.model", "none"), "no tokenizer"));
    for (String pre : List.of("default", "llama-bpe", "qwen", "")) {
      cases.add(setting("tokenizer.ggml.pre", STRING, text(pre)));
    }
    cases.add(changed("no pre-tokenizer", s -> s.without("tokenizer.ggml.pre"), "ggml.pre"));
    return cases;
  }

  private static Case setting(String key, int type, byte[] value) {
    return changed(
        "%s is %s of type %d".formatted(key, HexFormat.of().formatHex(value), type),
        s -> s.with(key, type, value),
        key);
  }

  private static Case tokens(String title, Consumer<List<String>> change, String mention) {
    return changed(
        title,
        s -> {
          List<String> tokens = GgufSketch.tokens();
          change.accept(tokens);
          s.with("tokenizer.ggml.tokens", ARRAY, texts(tokens));
        },
        mention);
  }

  private static Case types(String title, Consumer<int[]> change, String... mentions) {
    return changed(
        title,
        s -> {
          int[] types = GgufSketch.tokenTypes();
          change.accept(types);
          s.with("tokenizer.ggml.token_type", ARRAY, integers(types));
        },
        mentions);
  }

  private static Case merges(List<String> merges) {
    return changed(
        "merges " + merges, s -> s.with("tokenizer.ggml.merges", ARRAY, texts(merges)), "merge");
  }
}
