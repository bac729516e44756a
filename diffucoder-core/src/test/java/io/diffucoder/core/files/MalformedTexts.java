package io.diffucoder.core.files;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.diffucoder.core.files.MalformedModels.Case;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Malformed JSON, hostile config values, an index that points elsewhere, and odd directories. */
final class MalformedTexts {
  private static final String CONFIG = "config.json";

  private MalformedTexts() {}

  static List<Case> brokenJson() {
    List<Case> cases = new ArrayList<>();
    Random random = new Random(7);
    for (String file : List.of(CONFIG, "generation_config.json", CheckpointWriter.INDEX)) {
      byte[] garbage = new byte[300];
      random.nextBytes(garbage);
      cases.add(replaced(file, "empty", new byte[0]));
      cases.add(replaced(file, "white space only", " \n\t ".getBytes(UTF_8)));
      cases.add(replaced(file, "random bytes", garbage));
      cases.add(replaced(file, "an array", "[1,2]".getBytes(UTF_8)));
      cases.add(replaced(file, "a string", "\"Dream\"".getBytes(UTF_8)));
      cases.add(replaced(file, "null", "null".getBytes(UTF_8)));
      cases.add(replaced(file, "two objects", "{} {}".getBytes(UTF_8)));
      cases.add(replaced(file, "duplicate keys", "{\"steps\":1,\"steps\":2}".getBytes(UTF_8)));
      cases.add(
          replaced(
              file,
              "long duplicate keys",
              "{\"%1$s\":1,\"%1$s\":2}".formatted("a".repeat(40_000)).getBytes(UTF_8)));
      cases.add(replaced(file, "a byte order mark", "\uFEFF{}".getBytes(UTF_8)));
      cases.add(replaced(file, "UTF-16", "{\"a\":1}".getBytes(UTF_16LE)));
      cases.add(
          replaced(file, "not UTF-8", new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'}));
      cases.add(replaced(file, "nested deeply", ("{\"a\":" + "[".repeat(100_000)).getBytes(UTF_8)));
      cases.add(replaced(file, "a comment", "{/* */}".getBytes(UTF_8)));
      cases.add(replaced(file, "not a number", "{\"a\":NaN}".getBytes(UTF_8)));
      cases.add(replaced(file, "17 MB of spaces", filled(17 << 20)));
      cases.add(
          Case.of(
              file + " is a directory",
              directory -> {
                CheckpointWriter.sharded().write(directory);
                Files.delete(directory.resolve(file));
                Files.createDirectory(directory.resolve(file));
              },
              file));
      for (int i = 0; i < 6; i++) {
        double share = random.nextDouble();
        cases.add(
            Case.of(
                file + " is cut at %.3f".formatted(share),
                directory -> {
                  Path path = CheckpointWriter.sharded().write(directory).resolve(file);
                  byte[] bytes = Files.readAllBytes(path);
                  Files.write(path, Arrays.copyOf(bytes, (int) (share * bytes.length)));
                },
                file));
      }
    }
    return cases;
  }

  static List<Case> hostileConfig() {
    List<Case> cases = new ArrayList<>();
    for (String key :
        List.of(
            "vocab_size",
            "hidden_size",
            "intermediate_size",
            "num_hidden_layers",
            "num_attention_heads",
            "num_key_value_heads",
            "max_position_embeddings",
            "mask_token_id",
            "pad_token_id",
            "eos_token_id")) {
      for (String value :
          List.of(
              "-1",
              "2147483648",
              "-2147483649",
              "9223372036854775808",
              "1e308",
              "8.5",
              "\"8\"",
              "[8]",
              "{}",
              "true")) {
        cases.add(config(key, value));
      }
    }
    for (String key : List.of("rms_norm_eps", "rope_theta")) {
      for (String value : List.of("0", "-1e-6", "1e999", "\"1\"", "null", "[]", "true", "-0.0")) {
        cases.add(config(key, value));
      }
    }
    Map<String, List<String>> others =
        Map.of(
            "hidden_size", List.of("0", "1", "3", "null", "2147483647"),
            "vocab_size", List.of("0", "1", "null", "16777217"),
            "num_hidden_layers", List.of("0", "null", "4097"),
            "num_attention_heads", List.of("0", "3", "8", "null"),
            "num_key_value_heads", List.of("0", "3"),
            "mask_token_id", List.of("10", "null"),
            "model_type", List.of("\"qwen2\"", "null", "7", "\"\"", "[\"Dream\"]"),
            "rope_scaling", List.of("\"yarn\"", "{}", "{\"type\":\"linear\",\"factor\":2}", "7"),
            "use_sliding_window", List.of("true", "1", "\"false\""),
            "tie_word_embeddings", List.of("0", "\"false\""));
    others.forEach((key, values) -> values.forEach(value -> cases.add(config(key, value))));
    cases.add(config("hidden_act", "\"gelu\""));
    cases.add(config("use_mrope", "true"));
    cases.add(config("quantization_config", "{\"bits\":4}"));
    return cases;
  }

  static List<Case> hostileIndex() {
    List<Case> cases = new ArrayList<>();
    String tensor = "model.norm.weight";
    for (String place :
        List.of(
            "\"../model.safetensors\"",
            "\"/etc/passwd\"",
            "\"/tmp/model.safetensors\"",
            "\"sub/model.safetensors\"",
            "\"..\\\\model.safetensors\"",
            "\"C:model.safetensors\"",
            "\"a\\u0000.safetensors\"",
            "\"a\\ud800.safetensors\"",
            "\"mod\u00e8le.safetensors\"",
            "\"model?.safetensors\"",
            "\"\"",
            "\".\"",
            "\"..\"",
            "\"config.json\"",
            "7",
            "null",
            "[\"" + CheckpointWriter.shard(3) + "\"]")) {
      cases.add(index(tensor, place, CheckpointWriter.INDEX, tensor));
    }
    cases.add(index(tensor, "\"absent.safetensors\"", "absent.safetensors"));
    cases.add(
        index(tensor, '"' + CheckpointWriter.shard(1) + '"', CheckpointWriter.shard(3), tensor));
    cases.add(
        index(
            "model.layers.7.mlp.up_proj.weight",
            '"' + CheckpointWriter.shard(1) + '"',
            CheckpointWriter.shard(1),
            "model.layers.7.mlp.up_proj.weight"));
    for (String json :
        List.of(
            "{}",
            "{\"weight_map\":{}}",
            "{\"weight_map\":[]}",
            "{\"weight_map\":null}",
            "{\"weight_map\":\"model.safetensors\"}")) {
      cases.add(replaced(CheckpointWriter.INDEX, json, json.getBytes(UTF_8)));
    }
    return cases;
  }

  static List<Case> oddDirectories() {
    List<Case> cases = new ArrayList<>();
    for (String shard : List.of("1", "2", "3")) {
      String file = CheckpointWriter.shard(Integer.parseInt(shard));
      cases.add(
          Case.of(
              file + " is missing",
              directory -> Files.delete(CheckpointWriter.sharded().write(directory).resolve(file)),
              file));
      cases.add(
          Case.of(
              file + " is a directory",
              directory -> {
                Files.delete(CheckpointWriter.sharded().write(directory).resolve(file));
                Files.createDirectory(directory.resolve(file));
              },
              file));
    }
    cases.add(Case.of("an empty directory", directory -> {}, "is empty"));
    cases.add(Case.of("no directory", Files::delete, "does not exist"));
    cases.add(
        Case.of(
            "a file",
            directory -> {
              Files.delete(directory);
              Files.writeString(directory, "");
            },
            "is a file"));
    cases.add(
        Case.of(
            "no config",
            directory -> Files.delete(CheckpointWriter.sharded().write(directory).resolve(CONFIG)),
            CONFIG));
    for (String other : List.of("pytorch_model.bin", CheckpointWriter.shard(1), "README.md")) {
      cases.add(
          Case.of(
              "no weights but " + other,
              directory -> {
                Files.writeString(directory.resolve(CONFIG), "{}");
                Files.writeString(directory.resolve(other), "");
              },
              CheckpointWriter.INDEX));
    }
    return cases;
  }

  private static Case config(String key, String value) {
    return Case.of(
        "%s is %s".formatted(key, value),
        directory -> CheckpointWriter.unsharded().with(key, value).write(directory),
        CONFIG,
        key);
  }

  private static Case index(String tensor, String place, String... mentions) {
    return Case.of(
        "%s is in %s".formatted(tensor, place),
        directory -> {
          CheckpointWriter writer = CheckpointWriter.sharded();
          writer.weightMap.put(tensor, place);
          writer.write(directory);
        },
        mentions);
  }

  private static Case replaced(String file, String title, byte[] bytes) {
    return Case.of(
        file + " is " + title,
        directory -> Files.write(CheckpointWriter.sharded().write(directory).resolve(file), bytes),
        file);
  }

  private static byte[] filled(int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) ' ');
    return bytes;
  }
}
