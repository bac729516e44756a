package io.diffucoder.core.files;

import static java.util.stream.Collectors.joining;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Writes model directories as the tests want them, valid or not: a tiny valid model to start from,
 * and every part of it open to change before it is written.
 */
final class CheckpointWriter {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  /** One tensor's header entry, as JSON text, and its bytes. */
  static final class Entry {
    final String name;
    String dtype;
    String shape;
    String offsets = "";
    byte[] bytes;

    Entry(String name, String dtype, String shape, int byteSize) {
      this.name = name;
      this.dtype = dtype;
      this.shape = shape;
      this.bytes = new byte[byteSize];
      for (int i = 0; i < byteSize; i++) {
        bytes[i] = (byte) (i % 61);
      }
    }
  }

  final Map<String, String> config = new LinkedHashMap<>();
  final Map<String, String> generationConfig = new LinkedHashMap<>();
  final Map<String, List<Entry>> files = new LinkedHashMap<>();
  final Map<String, String> weightMap = new LinkedHashMap<>();

  /** V 10, D 8, F 6, 2 layers, 2 heads, 1 key and value head, float32; one file. */
  static CheckpointWriter unsharded() {
    CheckpointWriter writer = new CheckpointWriter();
    writer.files.put(SINGLE, writer.tensors());
    return writer;
  }

  /** The same in three shards, with a layer astride two of them. */
  static CheckpointWriter sharded() {
    CheckpointWriter writer = new CheckpointWriter();
    List<Entry> tensors = writer.tensors();
    int[] cuts = {0, 9, 20, tensors.size()};
    for (int shard = 0; shard < 3; shard++) {
      String file = shard(shard + 1);
      List<Entry> part = new ArrayList<>(tensors.subList(cuts[shard], cuts[shard + 1]));
      writer.files.put(file, part);
      part.forEach(entry -> writer.weightMap.put(entry.name, '"' + file + '"'));
    }
    return writer;
  }

  static String shard(int number) {
    return "model-0000%d-of-00003.safetensors".formatted(number);
  }

  private CheckpointWriter() {
    config.put("model_type", "\"Dream\"");
    config.put("vocab_size", "10");
    config.put("hidden_size", "8");
    config.put("intermediate_size", "6");
    config.put("num_hidden_layers", "2");
    config.put("num_attention_heads", "2");
    config.put("num_key_value_heads", "1");
    config.put("max_position_embeddings", "64");
    config.put("hidden_act", "\"silu\"");
    config.put("rms_norm_eps", "1e-06");
    config.put("rope_theta", "10000.0");
    config.put("rope_scaling", "null");
    config.put("use_sliding_window", "false");
    config.put("tie_word_embeddings", "false");
    config.put("mask_token_id", "9");
    config.put("pad_token_id", "7");
    config.put("bos_token_id", "7");
    config.put("eos_token_id", "7");
    config.put("use_cache", "true");
    generationConfig.put("eos_token_id", "7");
  }

  private List<Entry> tensors() {
    List<Entry> tensors = new ArrayList<>();
    tensors.add(matrix("model.embed_tokens.weight", 10, 8));
    for (int layer = 0; layer < 2; layer++) {
      String prefix = "model.layers." + layer + ".";
      tensors.add(matrix(prefix + "self_attn.q_proj.weight", 8, 8));
      tensors.add(vector(prefix + "self_attn.q_proj.bias", 8));
      tensors.add(matrix(prefix + "self_attn.k_proj.weight", 4, 8));
      tensors.add(vector(prefix + "self_attn.k_proj.bias", 4));
      tensors.add(matrix(prefix + "self_attn.v_proj.weight", 4, 8));
      tensors.add(vector(prefix + "self_attn.v_proj.bias", 4));
      tensors.add(matrix(prefix + "self_attn.o_proj.weight", 8, 8));
      tensors.add(matrix(prefix + "mlp.gate_proj.weight", 6, 8));
      tensors.add(matrix(prefix + "mlp.up_proj.weight", 6, 8));
      tensors.add(matrix(prefix + "mlp.down_proj.weight", 8, 6));
      tensors.add(vector(prefix + "input_layernorm.weight", 8));
      tensors.add(vector(prefix + "post_attention_layernorm.weight", 8));
    }
    tensors.add(vector("model.norm.weight", 8));
    tensors.add(matrix("lm_head.weight", 10, 8));
    return tensors;
  }

  static Entry matrix(String name, int rows, int cols) {
    return new Entry(name, "\"F32\"", "[%d,%d]".formatted(rows, cols), rows * cols * 4);
  }

  static Entry vector(String name, int length) {
    return new Entry(name, "\"F32\"", "[%d]".formatted(length), length * 4);
  }

  /** The tensors of a weight file, to be changed. */
  List<Entry> tensorsOf(String file) {
    return Objects.requireNonNull(files.get(file), file);
  }

  /** The entry of a tensor, to be changed. */
  Entry entry(String name) {
    return files.values().stream()
        .flatMap(List::stream)
        .filter(entry -> entry.name.equals(name))
        .findFirst()
        .orElseThrow();
  }

  CheckpointWriter with(String configKey, String json) {
    config.put(configKey, json);
    return this;
  }

  CheckpointWriter without(String tensor) {
    files.values().forEach(entries -> entries.removeIf(entry -> entry.name.equals(tensor)));
    weightMap.remove(tensor);
    return this;
  }

  Path write(Path directory) {
    try {
      Files.writeString(directory.resolve("config.json"), json(config));
      Files.writeString(directory.resolve("generation_config.json"), json(generationConfig));
      for (Map.Entry<String, List<Entry>> file : files.entrySet()) {
        Files.write(directory.resolve(file.getKey()), safetensors(file.getValue()));
      }
      if (!weightMap.isEmpty()) {
        Files.writeString(
            directory.resolve(INDEX),
            "{\"metadata\":{\"total_size\":1},\"weight_map\":" + json(weightMap) + "}");
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of these tensors, one after the other; entries with offsets of their own keep them. */
  static byte[] safetensors(List<Entry> entries) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    StringBuilder header = new StringBuilder("{");
    for (Entry entry : entries) {
      int begin = data.size();
      data.writeBytes(entry.bytes);
      String offsets =
          entry.offsets.isEmpty() ? "[%d,%d]".formatted(begin, data.size()) : entry.offsets;
      header
          .append(header.length() == 1 ? "" : ",")
          .append("\"%s\":{\"dtype\":%s,".formatted(entry.name, entry.dtype))
          .append("\"shape\":%s,\"data_offsets\":%s}".formatted(entry.shape, offsets));
    }
    return file(header.append('}').toString(), data.toByteArray());
  }

  /** A file of this header and data. */
  static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  static String json(Map<String, String> keys) {
    return keys.entrySet().stream()
        .map(entry -> "\"%s\":%s".formatted(entry.getKey(), entry.getValue()))
        .collect(joining(",", "{", "}"));
  }
}
