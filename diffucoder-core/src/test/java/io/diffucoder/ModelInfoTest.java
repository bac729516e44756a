package io.diffucoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.core.files.GoldenGguf;
import io.diffucoder.spi.WeightFormat;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelInfoTest {

  @Test
  void describes_the_embedded_model() {
    ModelInfo info = ModelInfo.embedded().orElseThrow();

    assertThat(info.config())
        .containsEntry("hidden_size", "192")
        .containsEntry("model_type", "\"Dream\"");
    assertThat(info.tensors()).hasSize(50);
    assertThat(info.tensors().getFirst().name()).isEqualTo("model.embed_tokens.weight");
    assertThat(info.tensors().getFirst().dtype()).isEqualTo("BF16");
    assertThat(info.tensors().getFirst().shape()).containsExactly(1600, 192);
    assertThat(info.weightBytes(WeightFormat.AS_STORED)).isEqualTo(2 * info.parameters());
  }

  @Test
  void counts_the_memory_of_a_canvas() {
    ModelInfo info = ModelInfo.embedded().orElseThrow();

    // D 192, Hkv × Dh = 2 × 32, F 512, V 1600
    long rowFloats = 6 * 192 + 6 * 64 + 2 * 512;
    assertThat(info.activationBytesPerRow()).isEqualTo(4 * rowFloats);
    assertThat(info.scoreBytes()).isEqualTo(128 * 1600 * 4);
    assertThat(info.memoryBytes(100, WeightFormat.AS_STORED))
        .isEqualTo(
            info.weightBytes(WeightFormat.AS_STORED)
                + 400 * rowFloats
                + 128 * 1600 * 4
                + ModelInfo.OTHER_BYTES);
  }

  @Test
  void counts_the_weights_in_every_format() {
    ModelInfo info = ModelInfo.embedded().orElseThrow();

    // 4 layers of norms and biases, and the last norm, stay in bfloat16
    long vectors = 4 * (2 * 192 + 192 + 2 * 64) + 192;
    long matrices = info.parameters() - vectors;
    assertThat(info.weightBytes(WeightFormat.F32)).isEqualTo(4 * matrices + 2 * vectors);
    assertThat(info.weightBytes(WeightFormat.F16)).isEqualTo(2 * info.parameters());
    assertThat(info.weightBytes(WeightFormat.Q8_0)).isEqualTo(matrices / 32 * 34 + 2 * vectors);
    long table = 1600 * 192; // and head, in 8 bits
    assertThat(info.weightBytes(WeightFormat.Q4_0))
        .isEqualTo(table / 32 * 34 + (matrices - table) / 32 * 18 + 2 * vectors);
  }

  @Test
  void describes_a_gguf_file_by_its_own_names() {
    ModelInfo info = ModelInfo.of(GoldenGguf.file("tiny-tied"));

    assertThat(info.config())
        .containsEntry("general.architecture", "\"dream\"")
        .containsEntry("dream.embedding_length", "64")
        .containsEntry("tie_word_embeddings", "true");
    assertThat(info.tensors())
        .hasSize(26)
        .first()
        .extracting("name")
        .isEqualTo("token_embd.weight");
  }

  @Test
  void counts_the_numbers_in_blocks(@TempDir Path directory) throws IOException {
    ModelInfo original = ModelInfo.embedded().orElseThrow();

    ModelInfo quantised = Quantizer.ofEmbedded().write(directory.resolve("tiny.gguf"));

    assertThat(quantised.parameters()).isEqualTo(original.parameters());
    assertThat(quantised.tensors().getFirst().dtype()).isEqualTo("Q8_0");
    assertThat(quantised.tensors().getFirst().shape()).containsExactly(1600, 192);
    assertThat(quantised.tensors().getFirst().bytes()).isEqualTo(1600 * 192 / 32 * 34);
  }
}
