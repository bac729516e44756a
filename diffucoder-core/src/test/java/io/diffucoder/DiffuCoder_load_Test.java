package io.diffucoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.GenerationRequest;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.api.ModelLoadException;
import io.diffucoder.api.Prompt;
import io.diffucoder.core.files.GgufSketch;
import io.diffucoder.core.files.GoldenGguf;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.tck.GoldenData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model directory needs besides weights, and that loading gives back all it took. */
class DiffuCoder_load_Test {
  private static final String EMBEDDED = "META-INF/diffucoder/embedded-model/";

  @TempDir Path directory;

  @Test
  void loads_a_directory_with_the_files_of_a_model() throws IOException {
    copyEmbedded(
        List.of("config.json", "model.safetensors", "tokenizer.json", "generation_config.json"));

    try (DiffuCoder coder = DiffuCoder.builder().model(directory).backend("cpu").load()) {
      assertThat(coder.generate("Return the sum of the list nums.").text()).contains("def ");
      assertThat(coder.info().source()).contains(directory.getFileName().toString());
    }
  }

  @Test
  void takes_the_readmes_settings_where_the_model_has_none() throws IOException {
    copyEmbedded(List.of("config.json", "model.safetensors", "tokenizer.json"));

    try (DiffuCoder coder = DiffuCoder.builder().model(directory).backend("cpu").load()) {
      assertThat(coder.defaults()).isEqualTo(GenerationOptions.CPGRPO);
      assertThatThrownBy(() -> coder.generate(GenerationRequest.of(Prompt.completion("def f"))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the model allows 256");
    }
  }

  @Test
  void names_the_tokenizers_files_when_there_are_none() {
    GoldenData.copyModelTo("tiny", directory);

    assertThatThrownBy(() -> DiffuCoder.load(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("tokenizer.json");
  }

  @Test
  void names_the_tokenizers_file_when_it_is_damaged() throws IOException {
    copyEmbedded(List.of("config.json", "model.safetensors", "tokenizer.json"));
    Path tokenizer = directory.resolve("tokenizer.json");
    Files.writeString(tokenizer, Files.readString(tokenizer).substring(0, 5000));

    assertThatThrownBy(() -> DiffuCoder.load(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("tokenizer.json");
  }

  @Test
  void refuses_a_tokenizer_with_more_tokens_than_the_model_has_rows() throws IOException {
    copyEmbedded(List.of("config.json", "model.safetensors"));
    try (InputStream packed =
            DiffuCoder_load_Test.class.getResourceAsStream(
                "core/tokenizer/qwen2.5/tokenizer.json.gz");
        InputStream qwen = new GZIPInputStream(packed)) {
      Files.copy(qwen, directory.resolve("tokenizer.json"));
    }

    assertThatThrownBy(() -> DiffuCoder.load(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("ids up to 151664, config.json's vocab_size allows 1599");
  }

  @Test
  void loads_a_gguf_file_with_its_tokenizer() {
    Path file = GgufSketch.valid().write(directory);

    try (DiffuCoder coder = DiffuCoder.builder().model(file).backend("cpu").load()) {
      assertThat(coder.tokenText(256)).isEqualTo("ab");
      assertThat(coder.info().source()).isEqualTo(file.toString());
      assertThat(coder.defaults()).isEqualTo(GenerationOptions.CPGRPO);
    }
  }

  @Test
  void takes_the_token_mask_where_a_gguf_file_names_no_mask() {
    Path file = GgufSketch.valid().without("tokenizer.ggml.mask_token_id").write(directory);
    GenerationOptions options = GenerationOptions.CPGRPO.withMaxNewTokens(4);

    try (DiffuCoder coder = DiffuCoder.builder().model(file).backend("cpu").load()) {
      GenerationResult result =
          coder.generate(GenerationRequest.of(Prompt.completion("abab")).with(options));
      assertThat(result.canvas()).hasSize(6).startsWith(256, 256).doesNotContain(258);
    }
  }

  @Test
  void refuses_a_gguf_file_without_any_mask() {
    Path file =
        GgufSketch.valid()
            .without("tokenizer.ggml.mask_token_id")
            .withToken(258, "<|im_start|>")
            .write(directory);

    assertThatThrownBy(() -> DiffuCoder.load(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("no mask_token_id and its tokenizer has no <|mask|>");
  }

  @Test
  void says_that_a_gguf_file_has_no_tokenizer() {
    assertThatThrownBy(() -> DiffuCoder.load(GoldenGguf.file("tiny")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("tiny.gguf: has no tokenizer (tokenizer.ggml.model), needs one");
  }

  @Test
  void names_a_directory_that_does_not_exist() {
    assertThatThrownBy(() -> DiffuCoder.load(directory.resolve("nowhere")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("nowhere");
  }

  private void copyEmbedded(List<String> files) throws IOException {
    for (String file : files) {
      try (InputStream stream =
          DiffuCoder.class.getClassLoader().getResourceAsStream(EMBEDDED + file)) {
        Files.copy(stream, directory.resolve(file));
      }
    }
  }
}
