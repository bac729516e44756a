package io.diffucoder.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenDataTest {

  @Test
  void every_model_has_its_passes_and_its_decodes() {
    for (String model : GoldenData.models()) {
      GoldenConfig config = GoldenData.config(model);
      assertThat(GoldenData.cases(model))
          .hasSize(4)
          .allSatisfy(golden -> {
            int rows = golden.inputIds().length;
            Matrix last = golden.hidden(config.numHiddenLayers());
            assertThat(last.rows()).isEqualTo(rows);
            assertThat(last.cols()).isEqualTo(config.hiddenSize());
            assertThat(golden.logits().cols()).isEqualTo(config.vocabSize());
          });
      assertThat(GoldenData.generations(model)).hasSize(9);
    }
  }

  @Test
  void a_decode_ends_without_masks_and_keeps_its_prompt() {
    int mask = GoldenData.config("tiny").maskTokenId();
    for (GoldenGeneration generation : GoldenData.generations("tiny")) {
      int[] last = generation.history().getLast();

      assertThat(generation.history()).hasSize(generation.steps());
      assertThat(last).hasSize(generation.prompt().length + generation.genLength());
      assertThat(last).doesNotContain(mask).startsWith(generation.prompt());
    }
  }

  @Test
  void a_schedule_commits_every_mask() {
    assertThat(GoldenData.schedules())
        .hasSize(17)
        .allSatisfy(schedule -> {
          assertThat(schedule.counts()).hasSize(schedule.steps());
          assertThat(Arrays.stream(schedule.counts()).sum()).isEqualTo(schedule.masks());
        });
  }

  @Test
  void a_model_is_copied_with_all_its_shards(@TempDir Path folder) throws IOException {
    Path copied = GoldenData.copyModelTo("tiny-gqa7-bf16", folder.resolve("model"));

    try (Stream<Path> files = Files.list(copied)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "config.json",
              "generation_config.json",
              "model-00001-of-00004.safetensors",
              "model-00002-of-00004.safetensors",
              "model-00003-of-00004.safetensors",
              "model-00004-of-00004.safetensors",
              "model.safetensors.index.json");
    }
  }

  @Test
  void an_unknown_model_is_named_with_the_known_ones() {
    assertThatThrownBy(() -> GoldenData.config("huge"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "no golden file 'huge/config.json'; the models are [tiny, tiny-gqa7-bf16,"
                + " tiny-hd128-f16, tiny-tied]");
  }
}
