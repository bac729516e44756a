package io.diffucoder.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.ModelLoadException;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.WeightSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredModelTest {
  @TempDir Path directory;

  @Test
  void offers_each_weight_of_a_single_file_with_its_rows_and_columns() {
    try (StoredModel model = StoredModel.open(CheckpointWriter.unsharded().write(directory))) {
      WeightSource gate = model.weight(WeightNames.InLayer.GATE_PROJ.of(1)).toWeightSource();
      WeightSource bias = model.weight(WeightNames.InLayer.K_PROJ_BIAS.of(0)).toWeightSource();

      assertThat(model.weights()).hasSize(27);
      assertThat(gate).extracting(WeightSource::rows, WeightSource::cols).containsExactly(6, 8);
      assertThat(bias).extracting(WeightSource::rows, WeightSource::cols).containsExactly(1, 4);
      assertThat(bias.dtype()).isEqualTo(DType.F32);
      assertThat(bias.bytes().get(ValueLayout.JAVA_BYTE, 15)).isEqualTo((byte) 15);
    }
  }

  @Test
  void finds_the_weights_of_a_layer_in_two_shards() {
    try (StoredModel model = StoredModel.open(CheckpointWriter.sharded().write(directory))) {
      assertThat(model.weights().values())
          .filteredOn(tensor -> tensor.name().startsWith("model.layers.0."))
          .extracting(tensor -> Path.of(tensor.file()).getFileName().toString())
          .contains(CheckpointWriter.shard(1), CheckpointWriter.shard(2));
      assertThat(model.weight(WeightNames.LM_HEAD).shape()).containsExactly(10L, 8L);
    }
  }

  @Test
  void prefers_the_single_file_to_an_index_as_transformers_does() throws IOException {
    CheckpointWriter.unsharded().write(directory);
    Files.writeString(directory.resolve(CheckpointWriter.INDEX), "not even JSON");

    try (StoredModel model = StoredModel.open(directory)) {
      assertThat(model.weights()).hasSize(27);
    }
  }

  @Test
  void takes_a_tied_head_from_the_embedding_table_and_ignores_a_saved_copy() {
    CheckpointWriter writer = CheckpointWriter.unsharded().with("tie_word_embeddings", "true");

    try (StoredModel model = StoredModel.open(writer.write(directory))) {
      assertThat(model.weights().values())
          .hasSize(26)
          .noneMatch(tensor -> tensor.name().equals(WeightNames.LM_HEAD));
      assertThatThrownBy(() -> model.weight(WeightNames.LM_HEAD))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void needs_no_head_if_it_is_tied() {
    CheckpointWriter writer =
        CheckpointWriter.sharded().with("tie_word_embeddings", "true").without("lm_head.weight");

    try (StoredModel model = StoredModel.open(writer.write(directory))) {
      assertThat(model.weights()).hasSize(26);
    }
  }

  @Test
  void ignores_rotary_frequencies_of_old_checkpoints() {
    CheckpointWriter writer = CheckpointWriter.unsharded();
    writer
        .tensorsOf(CheckpointWriter.SINGLE)
        .add(CheckpointWriter.vector("model.layers.0.self_attn.rotary_emb.inv_freq", 2));

    try (StoredModel model = StoredModel.open(writer.write(directory))) {
      assertThat(model.weights()).hasSize(27);
    }
  }

  @Test
  void says_what_shape_was_seen_and_what_was_needed() {
    CheckpointWriter writer = CheckpointWriter.unsharded().with("vocab_size", "11");

    assertThatThrownBy(() -> StoredModel.open(writer.write(directory)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(
            directory.resolve("model.safetensors")
                + ": tensor 'model.embed_tokens.weight' is F32[10, 8], needs F32, F16 or BF16 of"
                + " [11, 8]; is config.json from another checkpoint?");
  }

  @Test
  void says_what_to_do_with_weights_of_another_format() throws IOException {
    Files.writeString(directory.resolve("pytorch_model.bin"), "");

    assertThatThrownBy(() -> StoredModel.open(directory))
        .hasMessageContaining("has 'pytorch_model.bin', needs safetensors weights")
        .hasMessageContaining("save_pretrained");
  }

  @Test
  void opens_a_gguf_file_by_its_name_and_by_its_directory() {
    Path file = GgufSketch.valid().write(directory);

    try (StoredModel byName = StoredModel.open(file);
        StoredModel byDirectory = StoredModel.open(directory)) {
      assertThat(byName.source()).isEqualTo(file.toString());
      assertThat(byDirectory.source()).isEqualTo(directory.toString());
      assertThat(byName.weights()).hasSize(27);
      assertThat(byDirectory.weight(WeightNames.LM_HEAD).shape()).containsExactly(260L, 8L);
      assertThat(byName.weight(WeightNames.InLayer.GATE_PROJ.of(1)).name())
          .isEqualTo("blk.1.ffn_gate.weight");
    }
  }

  @Test
  void reads_nothing_beside_a_gguf_file_that_is_named() throws IOException {
    Path file = GgufSketch.valid().write(directory);
    Files.writeString(directory.resolve("tokenizer.json"), "not even JSON");

    try (StoredModel model = StoredModel.open(file)) {
      assertThat(model.files().names()).containsExactly(GgufSketch.FILE);
      assertThat(model.files().open("tokenizer.json")).isEmpty();
      assertThat(model.tokenizer().encode("ab")).containsExactly(GgufSketch.AB);
    }
  }

  @Test
  void wants_one_of_several_gguf_files_to_be_named() throws IOException {
    Files.writeString(directory.resolve("a-q4.gguf"), "");
    Files.writeString(directory.resolve("b-q8.GGUF"), "");

    assertThatThrownBy(() -> StoredModel.open(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("holds 2 GGUF files, needs one")
        .hasMessageContaining("a-q4.gguf, b-q8.GGUF");
  }

  @Test
  void prefers_safetensors_to_gguf_files_beside_them() throws IOException {
    CheckpointWriter.unsharded().write(directory);
    Files.writeString(directory.resolve("a.gguf"), "");
    Files.writeString(directory.resolve("b.gguf"), "");

    try (StoredModel model = StoredModel.open(directory)) {
      assertThat(model.weights().values())
          .hasSize(27)
          .allSatisfy(w -> assertThat(w.file()).endsWith("safetensors"));
    }
  }

  @Test
  void says_what_to_name_instead_of_a_file_of_another_kind() {
    CheckpointWriter.unsharded().write(directory);

    assertThatThrownBy(() -> StoredModel.open(directory.resolve("model.safetensors")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("is a file; name a .gguf file, or the directory")
        .hasMessageEndingWith(directory.toString());
  }

  @Test
  void lets_no_weight_be_read_after_close() {
    StoredModel model = StoredModel.open(CheckpointWriter.unsharded().write(directory));
    MemorySegment norm = model.weight(WeightNames.NORM).bytes();

    model.close();
    model.close();

    assertThatThrownBy(() -> norm.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void offers_the_files_that_it_does_not_read_itself() throws IOException {
    CheckpointWriter.unsharded().write(directory);
    Files.writeString(directory.resolve("tokenizer.json"), "{}");

    try (StoredModel model = StoredModel.open(directory);
        var stream = model.files().open("tokenizer.json").orElseThrow()) {
      assertThat(stream.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("{}");
      assertThat(model.files().open("chat_template.jinja")).isEmpty();
    }
  }

  @Test
  void opens_the_embedded_model() {
    try (StoredModel model = StoredModel.openEmbedded().orElseThrow()) {
      assertThat(model.config().hiddenSize()).isEqualTo(192);
      assertThat(model.weights()).hasSize(4 * 12 + 2);
      assertThat(model.weight(WeightNames.EMBED_TOKENS).bytes().isNative()).isTrue();
      assertThat(model.generationConfig().toOptions().orElseThrow().maxNewTokens()).isEqualTo(48);
      assertThat(model.files().names()).contains("tokenizer.json");
    }
  }
}
