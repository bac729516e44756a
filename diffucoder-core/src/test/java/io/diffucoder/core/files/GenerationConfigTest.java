package io.diffucoder.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.ModelLoadException;
import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.Confidence;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.TransferSchedule;
import io.diffucoder.spi.TokenFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationConfigTest {
  @TempDir Path directory;

  @Test
  void honours_a_file_that_says_how_many_tokens() throws IOException {
    GenerationOptions options =
        read("""
        {"alg": "entropy", "alg_temp": 0.1, "steps": 24, "max_new_tokens": 48,
         "temperature": 0.2, "top_p": 0.95, "top_k": 50, "eps": 0.01}
        """)
            .toOptions()
            .orElseThrow();

    assertThat(options.maxNewTokens()).isEqualTo(48);
    assertThat(options.schedule()).isEqualTo(new TransferSchedule(24, 0.01f));
    assertThat(options.filter()).isEqualTo(new TokenFilter(0.2f, 0.95f, 50));
    assertThat(options.policy())
        .isEqualTo(CommitPolicy.topConfidence(Confidence.NEGATIVE_ENTROPY, 0.1f));
  }

  @Test
  void ignores_the_published_files_which_say_none() throws IOException {
    GenerationConfig config =
        read(
            """
            {"_from_model_config": true, "alg": "origin", "alg_temp": null, "eps": 0.001,
             "mask_token_id": null, "output_history": false, "steps": 512, "temperature": 0.0,
             "top_k": null, "top_p": null}
            """);

    assertThat(config.toOptions()).isEmpty();
  }

  @Test
  void takes_one_step_a_token_and_the_class_defaults_for_the_rest() throws IOException {
    GenerationOptions options = read("{\"max_new_tokens\": 32}").toOptions().orElseThrow();

    assertThat(options.schedule()).isEqualTo(TransferSchedule.ofSteps(32));
    assertThat(options.filter()).isEqualTo(TokenFilter.GREEDY);
    assertThat(options.policy()).isEqualTo(CommitPolicy.random());
  }

  @Test
  void has_no_options_without_a_file() throws IOException {
    Files.writeString(directory.resolve("another"), "");

    try (ModelFiles files = ModelFiles.of(directory)) {
      assertThat(GenerationConfig.read(files).toOptions()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"alg\": \"greedy\"",
        "\"alg\": 7",
        "\"alg_temp\": -1",
        "\"steps\": 0",
        "\"steps\": 1.5",
        "\"max_new_tokens\": 2147483648",
        "\"temperature\": \"hot\"",
        "\"temperature\": -0.1",
        "\"top_p\": 1.1",
        "\"top_k\": -1",
        "\"eps\": 1"
      })
  void names_the_key_of_a_value_it_rejects(String entry) {
    String key = entry.substring(1, entry.indexOf('"', 1));

    assertThatThrownBy(() -> read("{" + entry + "}"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("generation_config.json: ")
        .hasMessageContaining(key);
  }

  private GenerationConfig read(String json) throws IOException {
    Files.writeString(directory.resolve("generation_config.json"), json);
    try (ModelFiles files = ModelFiles.of(directory)) {
      return GenerationConfig.read(files);
    }
  }
}
