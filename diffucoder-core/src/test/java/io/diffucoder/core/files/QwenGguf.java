package io.diffucoder.core.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.diffucoder.core.tokenizer.QwenFiles;
import io.diffucoder.core.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** DiffuCoder's tokenizer in a GGUF file, as llama.cpp's converter writes it. */
public final class QwenGguf {
  private static final int VOCABULARY = 152064;

  private static final class Loaded {
    private static final Tokenizer TOKENIZER = load();
  }

  private QwenGguf() {}

  /** The tokenizer, loaded once. */
  public static Tokenizer tokenizer() {
    return Loaded.TOKENIZER;
  }

  private static Tokenizer load() {
    try {
      Path directory = Files.createTempDirectory("qwen-gguf");
      Path file = sketch().write(directory);
      try (StoredModel model = StoredModel.open(file)) {
        return model.tokenizer();
      } finally {
        Files.delete(file);
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GgufSketch sketch() {
    JsonNode json = QwenFiles.tokenizerJson();
    String[] texts = new String[VOCABULARY];
    int[] types = new int[VOCABULARY];
    Arrays.setAll(texts, id -> "[PAD" + id + "]");
    Arrays.fill(types, 5);
    json.at("/model/vocab")
        .forEachEntry((text, id) -> {
          texts[id.asInt()] = text;
          types[id.asInt()] = 1;
        });
    for (JsonNode token : json.get("added_tokens")) {
      texts[token.get("id").asInt()] = token.get("content").asText();
      types[token.get("id").asInt()] = token.get("special").asBoolean() ? 3 : 4;
    }
    List<String> diffusion = List.of("<|beginoftext|>", "<|mask|>", "<|dlm_pad|>");
    for (int i = 0; i < diffusion.size(); i++) {
      texts[151665 + i] = diffusion.get(i);
      types[151665 + i] = 3;
    }
    List<String> merges = new ArrayList<>();
    json.at("/model/merges").forEach(merge -> merges.add(merge.asText()));
    GgufSketch sketch = GgufSketch.valid().with("dream.vocab_size", VOCABULARY);
    sketch.with("tokenizer.ggml.tokens", GgufSketch.ARRAY, GgufSketch.texts(List.of(texts)));
    sketch.with("tokenizer.ggml.token_type", GgufSketch.ARRAY, GgufSketch.integers(types));
    sketch.with("tokenizer.ggml.merges", GgufSketch.ARRAY, GgufSketch.texts(merges));
    sketch.without("token_embd.weight").without("output.weight");
    sketch.tensors.add(new GgufSketch.Tensor("token_embd.weight", VOCABULARY, 8));
    return sketch;
  }
}
