package io.diffucoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.api.CancellationToken;
import io.diffucoder.api.ChatMessage;
import io.diffucoder.api.FinishReason;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.api.Prompt;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.spi.WeightFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The facade on the embedded model and the CPU backend. */
class DiffuCoderTest {
  private static final String SQUARES =
      "Return the sum of the squares of the even numbers in the list nums.";
  private static final String PALINDROME = "Write a function to check if a string is a palindrome.";
  private static final String WORDS =
      "Write a function that returns the words longer than 4 characters in the list words in"
          + " uppercase.";

  private static DiffuCoder coder;

  @BeforeAll
  static void load() {
    coder = DiffuCoder.builder().backend("cpu").load();
  }

  @AfterAll
  static void close() {
    coder.close();
  }

  @Test
  void writes_the_function_that_was_asked_for() {
    GenerationResult result = coder.generate(PALINDROME);

    assertThat(result.text())
        .isEqualTo("```python\ndef is_palindrome(s):\n    return s == s[::-1]\n```");
    assertThat(result.finishReason()).isEqualTo(FinishReason.END_TOKEN);
  }

  @Test
  void counts_real_tokens_and_nothing_else() {
    GenerationResult result = coder.generate(PALINDROME);

    assertThat(result.metrics().networkEvaluations()).isEqualTo(48);
    assertThat(result.metrics().generatedTokens()).isEqualTo(result.tokens().size()).isLessThan(48);
    assertThat(result.metrics().promptTokens()).isEqualTo(result.promptTokens()).isEqualTo(31);
    assertThat(result.canvas()).hasSize(31 + 48);
    assertThat(result.metrics().tokensPerForward()).isEqualTo(result.tokens().size() / 48.0);
    assertThat(result.metrics().denoiseNanos()).isPositive();
    assertThat(result.metrics().arNess().local(1)).isBetween(0.0, 1.0);
    assertThat(result.metrics().arNess().order()).hasSize(48);
  }

  @Test
  void keeps_the_history_of_the_canvas() {
    GenerationResult result = coder.generate(PALINDROME);
    int mask = 1592;

    List<List<Integer>> history = result.history(mask);

    assertThat(history).hasSize(48);
    assertThat(history.getFirst().stream().filter(id -> id == mask)).hasSize(48);
    assertThat(history.get(1).stream().filter(id -> id == mask)).hasSize(47);
    assertThat(history.getLast()).isEqualTo(result.canvas()).doesNotContain(mask);
  }

  @Test
  void gives_the_same_text_for_the_same_seed_and_another_for_another() {
    GenerationOptions warm = coder.defaults().withTemperature(1.5f);

    String first = coder.generate(GenerationRequest.of(WORDS).with(warm.withSeed(1))).text();
    String again = coder.generate(GenerationRequest.of(WORDS).with(warm.withSeed(1))).text();
    String other = coder.generate(GenerationRequest.of(WORDS).with(warm.withSeed(2))).text();

    assertThat(again).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void gives_the_same_canvas_and_confidences_on_any_number_of_threads(int threads) {
    GenerationRequest warm =
        GenerationRequest.of(WORDS).with(coder.defaults().withTemperature(0.8f).withSeed(5));

    try (DiffuCoder other = DiffuCoder.builder().backend("cpu").threads(threads).load()) {
      assertThat(commits(other.generate(warm))).isEqualTo(commits(coder.generate(warm)));
    }
  }

  @Test
  void gives_each_request_of_a_batch_what_it_gets_alone_to_the_last_bit() {
    GenerationOptions warm = coder.defaults().withTemperature(0.7f);
    List<GenerationRequest> requests =
        List.of(
            GenerationRequest.of(SQUARES).with(warm.withSeed(3)),
            GenerationRequest.of(PALINDROME),
            GenerationRequest.of(WORDS).with(warm.withMaxNewTokens(37).withSteps(11)));

    List<GenerationResult> together = coder.generateAll(requests);

    for (int i = 0; i < requests.size(); i++) {
      GenerationResult alone = coder.generate(requests.get(i));
      assertThat(commits(together.get(i))).isEqualTo(commits(alone));
      assertThat(together.get(i).text()).isEqualTo(alone.text());
    }
  }

  @Test
  void serves_several_threads_at_once() throws Exception {
    String expected = coder.generate(SQUARES).text();
    List<Callable<String>> calls =
        IntStream.range(0, 8)
            .<Callable<String>>mapToObj(i -> () -> coder.generate(SQUARES).text())
            .toList();

    try (var executor = Executors.newFixedThreadPool(4)) {
      for (Future<String> text : executor.invokeAll(calls)) {
        assertThat(text.get()).isEqualTo(expected);
      }
    }
  }

  @Test
  void answers_a_conversation() {
    GenerationResult result =
        coder.chat(
            List.of(
                ChatMessage.system("You are a helpful assistant."), ChatMessage.user(PALINDROME)));

    assertThat(result.text()).isEqualTo(coder.generate(PALINDROME).text());
  }

  @Test
  void never_samples_the_mask_or_rows_without_a_token() {
    GenerationOptions hot = coder.defaults().withTemperature(50).withSeed(9);

    GenerationResult result = coder.generate(GenerationRequest.of(SQUARES).with(hot));

    assertThat(result.canvas()).doesNotContain(1592).allMatch(id -> id < 1594);
  }

  @Test
  void fills_masks_within_a_prompt_of_tokens() {
    int[] canvas =
        coder.generate(PALINDROME).canvas().stream().mapToInt(Integer::intValue).toArray();
    int decided = canvas[40];
    canvas[40] = 1592;

    GenerationResult result =
        coder.generate(
            GenerationRequest.of(Prompt.tokens(canvas))
                .with(coder.defaults().withMaxNewTokens(1).withSteps(2)));

    assertThat(result.canvas().get(40)).isEqualTo(decided);
  }

  @Test
  void keeps_what_was_decided_when_cancelled() {
    CancellationToken cancellation = new CancellationToken();

    GenerationResult result =
        coder.generate(
            GenerationRequest.of(SQUARES)
                .with(cancellation)
                .with(event -> {
                  if (event.step() == 10) {
                    cancellation.cancel();
                  }
                }));

    assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(result.metrics().networkEvaluations()).isEqualTo(11);
    assertThat(result.canvas()).contains(1592);
    assertThat(result.text()).startsWith("```python\ndef");
  }

  @Test
  void passes_a_listeners_exception_to_the_caller_and_goes_on_working() {
    GenerationRequest failing =
        GenerationRequest.of(SQUARES)
            .with(event -> {
              throw new IllegalCallerException("seen");
            });

    assertThatThrownBy(() -> coder.generate(failing))
        .isInstanceOf(IllegalCallerException.class)
        .hasMessage("seen");
    assertThat(coder.generate(PALINDROME).text()).contains("is_palindrome");
  }

  @Test
  void rejects_an_empty_prompt() {
    for (Prompt empty :
        List.of(
            Prompt.instruction(""), Prompt.completion(""), Prompt.tokens(), Prompt.tokens(0, -1))) {
      assertThatThrownBy(() -> coder.generate(GenerationRequest.of(empty)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("prompt");
    }
  }

  @Test
  void rejects_tokens_outside_the_vocabulary() {
    assertThatThrownBy(() -> coder.generate(GenerationRequest.of(Prompt.tokens(1, 1600))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("prompt token 1 is 1600, the model's ids go from 0 to 1599");
  }

  @Test
  void rejects_a_canvas_longer_than_the_model_allows() {
    GenerationOptions long_ = coder.defaults().withMaxNewTokens(240);

    assertThatThrownBy(() -> coder.generate(GenerationRequest.of(PALINDROME).with(long_)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a prompt of 31 tokens and 240 new ones make 271, the model allows 256; shorten the"
                + " prompt or ask for fewer new tokens");
  }

  @Test
  void rejects_zero_tokens_and_zero_steps() {
    assertThatThrownBy(() -> coder.defaults().withMaxNewTokens(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> coder.defaults().withSteps(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("steps must be positive, got 0");
  }

  @Test
  void refuses_a_backend_that_cannot_run_here_in_one_sentence() {
    assertThatThrownBy(() -> DiffuCoder.builder().backend("absent").load())
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageStartingWith("backend 'absent' is not available: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void takes_the_backend_from_the_system_property() {
    System.setProperty(Backends.PROPERTY, "absent");
    try {
      assertThatThrownBy(DiffuCoder::loadEmbedded).isInstanceOf(BackendUnavailableException.class);
    } finally {
      System.clearProperty(Backends.PROPERTY);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"F32", "F16", "BF16"})
  void runs_with_weights_converted_when_loaded(String format) {
    try (DiffuCoder converted =
        DiffuCoder.builder().backend("cpu").weightFormat(WeightFormat.valueOf(format)).load()) {
      assertThat(converted.generate(PALINDROME).text())
          .isEqualTo(coder.generate(PALINDROME).text());
    }
  }

  @Test
  void describes_the_model_and_the_backend() {
    assertThat(coder.info().parameters()).isBetween(1_800_000L, 2_000_000L);
    assertThat(coder.info().config()).containsEntry("hidden_size", "192");
    assertThat(coder.backend().name()).isEqualTo("cpu");
    assertThat(coder.tokenText(1592)).isEqualTo("<|mask|>");
  }

  /** Every number that decides or describes a commit, in order. */
  private static List<Object> commits(GenerationResult result) {
    List<Object> commits = new ArrayList<>();
    result.steps().forEach(step -> commits.add(step.commits()));
    return commits;
  }
}
