package io.diffucoder.core.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code tools/MakeCheckpoint.java} as a user does. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MakeCheckpointTest {
  private static final Path TOOL = Path.of("..", "tools", "MakeCheckpoint.java");

  @TempDir Path directory;

  @Test
  void plans_the_published_shards_of_the_7b_checkpoints() throws Exception {
    assertThat(run("--plan"))
        .containsExactly(
            "model-00001-of-00004.safetensors: 4877648896 bytes, 104 tensors,"
                + " model.embed_tokens.weight to model.layers.8.self_attn.o_proj.weight",
            "model-00002-of-00004.safetensors: 4932737024 bytes, 122 tensors,"
                + " model.layers.8.mlp.gate_proj.weight to model.layers.18.mlp.up_proj.weight",
            "model-00003-of-00004.safetensors: 4330852352 bytes, 112 tensors,"
                + " model.layers.18.mlp.down_proj.weight to model.norm.weight",
            "model-00004-of-00004.safetensors: 1089994752 bytes, 1 tensors,"
                + " lm_head.weight to lm_head.weight",
            "total: 15231233024 bytes, 339 tensors");
  }

  @Test
  void writes_the_same_loadable_numbers_whatever_the_shards() throws Exception {
    Path single = directory.resolve("single");
    Path sharded = directory.resolve("sharded");
    run(single.toString(), "--shape", "tiny", "--layers", "3");
    run(sharded.toString(), "--shape", "tiny", "--layers", "3", "--shard-bytes", "100000");

    try (StoredModel one = StoredModel.open(single);
        StoredModel many = StoredModel.open(sharded)) {
      assertThat(many.files().names()).contains("model.safetensors.index.json");
      assertThat(one.weights().values())
          .hasSize(3 * 12 + 3)
          .allSatisfy(weight ->
              assertThat(weight.bytes().mismatch(many.weight(weight.name()).bytes()))
                  .isEqualTo(-1));
    }
  }

  private static List<String> run(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    TOOL.toString()),
                Stream.of(arguments))
            .toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = output.lines().toList();
      assertThat(process.waitFor()).as("exit code of %s: %s", command, lines).isZero();
      return lines;
    }
  }
}
