package io.diffucoder.core.files;

import io.diffucoder.core.files.CheckpointWriter.Entry;
import io.diffucoder.core.files.MalformedModels.Case;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Headers and layouts of whole files that lie: overlaps, gaps, duplicates, surplus tensors. */
final class MalformedHeaders {
  private static final String TENSOR =
      "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";

  private MalformedHeaders() {}

  static List<Case> hostileHeaders() {
    List<Case> cases = new ArrayList<>();
    for (String header :
        List.of(
            "",
            " ",
            "{",
            "}",
            "null",
            "[]",
            "\"a\"",
            "\uFEFF{" + TENSOR + "}",
            "{" + TENSOR + "," + TENSOR + "}",
            "{" + TENSOR + "}x",
            "{" + TENSOR + "}{}",
            "{" + TENSOR + ",}",
            "{\"__metadata__\":7}",
            "{\"__metadata__\":{\"format\":7}}",
            "{\"__metadata__\":{\"format\":null}}",
            "{\"__metadata__\":{},\"__metadata__\":{}}",
            "{\"a\":[]}",
            "{\"a\":null}",
            "{\"a\":{}}",
            "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F16\"}}",
            "{\"a\":{\"x\":" + "[".repeat(100_000),
            "{\"a\":{\"x\":" + "{\"x\":".repeat(50_000),
            "{\"__metadata__\":{\"a\":" + "[".repeat(100_000),
            "{\"" + "a".repeat(200_000) + "\":{}}",
            "{\"a\":{\"shape\":[" + "9".repeat(100_000) + "]}}",
            manyTensors(50_001))) {
      String shown = header.length() > 60 ? header.substring(0, 60) + "…" : header;
      cases.add(
          Case.of(
              "header " + shown,
              directory -> {
                CheckpointWriter.unsharded().write(directory);
                Files.write(
                    directory.resolve(CheckpointWriter.SINGLE),
                    CheckpointWriter.file(header, new byte[4]));
              },
              CheckpointWriter.SINGLE));
    }
    return cases;
  }

  static List<Case> brokenLayouts() {
    List<Case> cases = new ArrayList<>();
    String norm = "model.norm.weight";
    cases.add(
        changed(
            "4 bytes after the last tensor",
            writer -> pad(writer.entry("lm_head.weight"), 0, 4),
            CheckpointWriter.SINGLE,
            "lm_head.weight"));
    cases.add(
        changed(
            "4 unclaimed bytes before a tensor",
            writer -> pad(writer.entry(norm), 4, 0),
            CheckpointWriter.SINGLE,
            norm));
    cases.add(
        changed(
            "two tensors in one place",
            writer -> writer.entry(norm).offsets = "[0,32]",
            CheckpointWriter.SINGLE,
            norm));
    cases.add(surplus("model.layers.2.input_layernorm.weight"));
    cases.add(surplus("model.layers.0.self_attn.o_proj.bias"));
    cases.add(surplus("model.layers.0.self_attn.q_norm.weight"));
    cases.add(surplus("score.weight"));
    cases.add(surplus(""));
    cases.add(
        Case.of(
            "a tensor in two shards",
            directory -> {
              CheckpointWriter writer = CheckpointWriter.sharded();
              writer.tensorsOf(CheckpointWriter.shard(1)).add(CheckpointWriter.vector(norm, 8));
              writer.write(directory);
            },
            CheckpointWriter.shard(1),
            norm));
    cases.add(
        Case.of(
            "a tensor that the index does not list",
            directory -> {
              CheckpointWriter writer = CheckpointWriter.sharded();
              writer.weightMap.remove(norm);
              writer.write(directory);
            },
            CheckpointWriter.shard(3),
            norm));
    return cases;
  }

  private static Case surplus(String name) {
    return changed(
        "surplus tensor '" + name + "'",
        writer -> writer.tensorsOf(CheckpointWriter.SINGLE).add(CheckpointWriter.vector(name, 8)),
        CheckpointWriter.SINGLE,
        "'" + name + "'");
  }

  private static Case changed(String title, Consumer<CheckpointWriter> change, String... mentions) {
    return Case.of(
        title,
        directory -> {
          CheckpointWriter writer = CheckpointWriter.unsharded();
          change.accept(writer);
          writer.write(directory);
        },
        mentions);
  }

  /** Bytes around a tensor that its offsets leave out. */
  private static void pad(Entry entry, int before, int after) {
    CheckpointWriter valid = CheckpointWriter.unsharded();
    int begin =
        valid.tensorsOf(CheckpointWriter.SINGLE).stream()
            .takeWhile(other -> !other.name.equals(entry.name))
            .mapToInt(other -> other.bytes.length)
            .sum();
    int size = entry.bytes.length;
    entry.bytes = new byte[before + size + after];
    entry.offsets = "[%d,%d]".formatted(begin + before, begin + before + size);
  }

  private static String manyTensors(int count) {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      header
          .append(i == 0 ? "" : ",")
          .append("\"t")
          .append(i)
          .append("\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    return header.append('}').toString();
  }
}
