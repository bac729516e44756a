package io.diffucoder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
    assertThat(info.weightBytes()).isEqualTo(2 * info.parameters());
  }

  @Test
  void counts_the_memory_of_a_canvas() {
    ModelInfo info = ModelInfo.embedded().orElseThrow();

    // D 192, Hkv × Dh = 2 × 32, F 512, V 1600
    long rowFloats = 6 * 192 + 4 * 64 + 2 * 512;
    assertThat(info.activationBytesPerRow()).isEqualTo(4 * rowFloats);
    assertThat(info.scoreBytes()).isEqualTo(32 * 1600 * 4);
    assertThat(info.memoryBytes(100))
        .isEqualTo(info.weightBytes() + 400 * rowFloats + 32 * 1600 * 4);
  }
}
