package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.DiffuCoder;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.api.Prompt;
import io.diffucoder.cuda.emulator.Emulator;
import io.diffucoder.sampling.Preset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Text from the embedded model by way of the whole SDK: the provider is found, opens the emulated
 * device, and writes what the CPU writes.
 */
@ExtendWith(OnEmulator.class)
class EmulatedGenerationTest {
  private static final String PALINDROME = "Write a function to check if a string is a palindrome.";
  private static final int STEPS = 6;

  @AfterEach
  void resetArithmetic() {
    System.clearProperty(CudaSettings.ARITHMETIC);
  }

  @Test
  void float32_decodes_token_for_token_as_the_cpu() {
    System.setProperty(CudaSettings.ARITHMETIC, "f32");

    GenerationResult onCpu = generate("cpu", Preset.REFERENCE);
    GenerationResult onGpu = generate("cuda", Preset.REFERENCE);

    assertThat(onGpu.history(1592)).isEqualTo(onCpu.history(1592));
    assertThat(onGpu.text()).isEqualTo(onCpu.text()).contains("def is_palindrome");
  }

  @Test
  void bfloat16_replays_the_steps_as_graphs_and_drafts_over_kept_keys_change_no_token() {
    GenerationResult result = generate("cuda", Preset.REFERENCE);

    assertThat(result.text()).contains("def is_palindrome(s):").contains("s[::-1]");
    Emulator emulator = Emulator.load();
    // the first step is launched one by one, the second is captured, the others are replayed
    assertThat(emulator.counter("graphLaunches")).isGreaterThanOrEqualTo(STEPS - 1);
    assertThat(emulator.counter("pageableCopies")).isZero();

    GenerationResult lossless = generate("cuda", Preset.LOSSLESS);

    assertThat(lossless.text()).isEqualTo(result.text());
    assertThat(lossless.metrics().networkEvaluations())
        .isLessThan(result.metrics().networkEvaluations());
  }

  private static GenerationResult generate(String backend, Preset preset) {
    try (DiffuCoder coder = DiffuCoder.builder().backend(backend).load()) {
      GenerationRequest request = GenerationRequest.of(Prompt.instruction(PALINDROME));
      return coder.generate(request.with(coder.options(preset).withSteps(STEPS)));
    }
  }
}
