package io.diffucoder.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DreamConfigTest {
  @TempDir Path directory;

  @Test
  void reads_the_config_of_diffucoder_7b() throws IOException {
    DreamConfig config =
        read(
            """
            {"architectures": ["DreamModel"], "model_type": "Dream", "vocab_size": 152064,
             "hidden_size": 3584, "num_hidden_layers": 28, "intermediate_size": 18944,
             "num_attention_heads": 28, "num_key_value_heads": 4, "hidden_act": "silu",
             "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "rope_scaling": null,
             "max_position_embeddings": 131072, "tie_word_embeddings": false,
             "use_sliding_window": false, "sliding_window": null, "max_window_layers": 28,
             "use_mrope": false, "use_cache": false, "torch_dtype": "bfloat16",
             "bos_token_id": 151643, "eos_token_id": 151643, "pad_token_id": 151643,
             "mask_token_id": 151666}
            """);

    assertThat(config.headDim()).isEqualTo(128);
    assertThat(config.keyValueSize()).isEqualTo(512);
    assertThat(config.rope().theta()).isEqualTo(1e6);
    assertThat(config.maskTokenId()).isEqualTo(151666);
    assertThat(config.keys()).containsEntry("rope_scaling", "null").hasSize(24);
  }

  @Test
  void fills_in_the_defaults_of_dreams_own_class_and_shows_them() throws IOException {
    DreamConfig config = read("{\"model_type\": \"dream\"}");

    assertThat(config.vocabSize()).isEqualTo(151936);
    assertThat(config.hiddenSize()).isEqualTo(4096);
    assertThat(config.intermediateSize()).isEqualTo(22016);
    assertThat(config.numHiddenLayers()).isEqualTo(32);
    assertThat(config.numKeyValueHeads()).isEqualTo(32);
    assertThat(config.maxPositionEmbeddings()).isEqualTo(32768);
    assertThat(config.rmsNormEps()).isEqualTo(1e-6f);
    assertThat(config.ropeTheta()).isEqualTo(10000);
    assertThat(config.padTokenId()).isEqualTo(151643);
    assertThat(config.bosTokenId()).isNull();
    assertThat(config.keys()).containsEntry("hidden_size", "4096");
    assertThat(config.keys().keySet()).first().isEqualTo("model_type");
  }

  @Test
  void has_as_many_key_and_value_heads_as_heads_if_the_file_says_null() throws IOException {
    DreamConfig config =
        read("{\"model_type\":\"Dream\",\"num_attention_heads\":16,\"num_key_value_heads\":null}");

    assertThat(config.numKeyValueHeads()).isEqualTo(16);
  }

  @Test
  void reads_type_as_rope_type_and_never_reads_head_dim() throws IOException {
    DreamConfig config =
        read("{\"model_type\":\"Dream\",\"rope_scaling\":{\"type\":\"default\"},\"head_dim\":3}");

    assertThat(config.headDim()).isEqualTo(128);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "model_type          | \"qwen2\"              | needs \"Dream\"",
        "hidden_act          | \"gelu\"               | needs \"silu\"",
        "use_sliding_window  | true                   | needs false",
        "rope_scaling        | {\"type\":\"yarn\"}    | needs null or rope_type \"default\"",
        "quantization_config | {\"bits\":4}           | needs to be absent; use the unquantised checkpoint",
        "hidden_size         | 4095                   | needs an even multiple of num_attention_heads, 32",
        "num_key_value_heads | 5                      | needs a divisor of num_attention_heads, 32",
        "vocab_size          | 2147483648             | needs a whole number from 2 to 16777216",
        "mask_token_id       | 151936                 | needs a whole number from 0 to 151935",
        "rms_norm_eps        | 1.0E-60                  | needs a positive float32",
        "rope_theta          | -1                     | needs a positive number",
      })
  void says_which_key_has_what_value_and_what_it_needs(String key, String value, String needed) {
    Map<String, String> keys = new LinkedHashMap<>(Map.of("model_type", "\"Dream\""));
    keys.put(key, value);

    assertThatThrownBy(() -> read(CheckpointWriter.json(keys)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("config.json: " + key + " is '" + value + "', " + needed);
  }

  @Test
  void says_that_a_rejected_value_is_a_default() {
    assertThatThrownBy(() -> read("{\"model_type\":\"Dream\",\"vocab_size\":512}"))
        .hasMessageContaining(
            "mask_token_id is 'absent, by default 151666', needs a whole number from 0 to 511");
  }

  private DreamConfig read(String json) throws IOException {
    Files.writeString(directory.resolve("config.json"), json);
    try (ModelFiles files = ModelFiles.of(directory)) {
      return DreamConfig.read(files);
    }
  }
}
