package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.sampling.Preset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Text from the embedded model on the GPU of this machine. */
@Tag("gpu")
class CudaGpuGenerationTest {
  private static final String PALINDROME = "Write a function to check if a string is a palindrome.";

  @AfterEach
  void resetArithmetic() {
    System.clearProperty(CudaSettings.ARITHMETIC);
  }

  @Test
  void float32_decodes_token_for_token_as_the_cpu() {
    CudaGpuTest.open().close(); // skips where there is no GPU
    System.setProperty(CudaSettings.ARITHMETIC, "f32");

    assertThat(generate("cuda", Preset.REFERENCE).tokens())
        .isEqualTo(generate("cpu", Preset.REFERENCE).tokens());
  }

  @Test
  void bfloat16_writes_the_function_with_every_preset() {
    CudaGpuTest.open().close();

    for (Preset preset : Preset.values()) {
      assertThat(generate("cuda", preset).text())
          .as(preset.name())
          .contains("def is_palindrome(s):");
    }
  }

  @Test
  void drafts_over_kept_keys_change_no_token() {
    CudaGpuTest.open().close();

    assertThat(generate("cuda", Preset.LOSSLESS).text())
        .isEqualTo(generate("cuda", Preset.REFERENCE).text());
  }

  private static GenerationResult generate(String backend, Preset preset) {
    try (DiffuCoder coder = DiffuCoder.builder().backend(backend).load()) {
      return coder.generate(GenerationRequest.of(PALINDROME).with(coder.options(preset)));
    }
  }
}
