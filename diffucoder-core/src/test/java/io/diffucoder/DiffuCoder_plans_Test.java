package io.diffucoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.api.FinishReason;
import io.diffucoder.api.GenerationEvent;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.sampling.BlockSchedule;
import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.DecodingPlan;
import io.diffucoder.sampling.EndTokenRule;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.Lookahead;
import io.diffucoder.sampling.Preset;
import io.diffucoder.sampling.Remasking;
import io.diffucoder.sampling.StepEvent;
import io.diffucoder.sampling.WindowPolicy;
import io.diffucoder.spi.BackendInfo.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoding plans on the embedded model and the CPU backend. */
class DiffuCoder_plans_Test {
  private static final List<String> TASKS =
      List.of(
          "Return the sum of the squares of the even numbers in the list nums.",
          "Write a function to check if a string is a palindrome.",
          "Write a function that returns the words longer than 4 characters in the list words.",
          "If n is zero return n squared, otherwise return n times 3.",
          "Return the largest odd number in the list nums.");

  private static DiffuCoder coder;

  @BeforeAll
  static void load() {
    coder = DiffuCoder.builder().backend("cpu").load();
  }

  @AfterAll
  static void close() {
    coder.close();
  }

  private static GenerationResult generate(String task, GenerationOptions options) {
    return coder.generate(GenerationRequest.of(task).with(options));
  }

  /** Fewer tokens and steps than usual, so that many can be run. */
  private static GenerationOptions shorter(float temperature, long seed) {
    return coder
        .defaults()
        .withMaxNewTokens(16)
        .withSteps(12)
        .withTemperature(temperature)
        .withSeed(seed);
  }

  /** Each task with each temperature and seed. */
  private static List<GenerationRequest> requests(List<Float> temperatures, int seeds) {
    List<GenerationRequest> requests = new ArrayList<>();
    for (String task : TASKS) {
      for (float temperature : temperatures) {
        for (long seed = 1; seed <= seeds; seed++) {
          requests.add(GenerationRequest.of(task).with(shorter(temperature, seed)));
        }
      }
    }
    return requests;
  }

  /** What the requests give with another plan, all together. */
  private static List<GenerationResult> run(List<GenerationRequest> requests, DecodingPlan plan) {
    return coder.generateAll(
        requests.stream()
            .map(request -> request.with(request.options().orElseThrow().withPlan(plan)))
            .toList());
  }

  @Test
  void drafts_change_nothing_but_the_number_of_passes() {
    List<GenerationRequest> requests = requests(List.of(0f, 0.4f), 2);

    List<GenerationResult> reference = run(requests, DecodingPlan.REFERENCE);
    List<GenerationResult> drafted =
        run(requests, DecodingPlan.REFERENCE.withLookahead(Lookahead.drafts(2)));

    int saved = 0;
    for (int i = 0; i < requests.size(); i++) {
      assertThat(commits(drafted.get(i))).isEqualTo(commits(reference.get(i)));
      assertThat(drafted.get(i).canvas()).isEqualTo(reference.get(i).canvas());
      saved +=
          reference.get(i).metrics().networkEvaluations()
              - drafted.get(i).metrics().networkEvaluations();
    }
    assertThat(saved).as("passes saved of 240").isGreaterThan(40);
  }

  @Test
  void drafts_over_windows_change_nothing_either() {
    List<GenerationRequest> requests = requests(List.of(0f, 0.4f), 1);
    DecodingPlan windows =
        DecodingPlan.REFERENCE
            .withBlocks(BlockSchedule.fixed(12))
            .withWindow(WindowPolicy.prefixCache(4).withRefreshEvery(5));

    List<GenerationResult> alone = run(requests, windows);
    List<GenerationResult> drafted = run(requests, windows.withLookahead(Lookahead.drafts(3)));

    for (int i = 0; i < requests.size(); i++) {
      assertThat(commits(drafted.get(i))).isEqualTo(commits(alone.get(i)));
    }
  }

  @Test
  void lossless_gives_the_references_text() {
    for (Kind device : Kind.values()) {
      List<GenerationRequest> requests = requests(List.of(0f, 0.7f), 1);
      DecodingPlan plan = Preset.LOSSLESS.applyTo(coder.defaults(), device).plan();

      List<GenerationResult> reference = run(requests, DecodingPlan.REFERENCE);
      List<GenerationResult> lossless = run(requests, plan);

      for (int i = 0; i < requests.size(); i++) {
        assertThat(lossless.get(i).tokens()).isEqualTo(reference.get(i).tokens());
        assertThat(lossless.get(i).text()).isEqualTo(reference.get(i).text());
        assertThat(lossless.get(i).finishReason()).isEqualTo(reference.get(i).finishReason());
      }
    }
  }

  @Test
  void windows_that_are_refreshed_in_every_step_are_full_passes() {
    DecodingPlan refreshed =
        DecodingPlan.REFERENCE.withWindow(WindowPolicy.dualCache().withRefreshEvery(1));

    GenerationResult result = generate(TASKS.getFirst(), coder.defaults().withPlan(refreshed));

    assertThat(result.steps().stream().map(StepEvent::commits).toList())
        .isEqualTo(
            coder.generate(TASKS.getFirst()).steps().stream().map(StepEvent::commits).toList());
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void every_preset_writes_the_palindrome(Preset preset) {
    GenerationResult result = generate(TASKS.get(1), coder.options(preset));

    assertThat(result.text())
        .isEqualTo("```python\ndef is_palindrome(s):\n    return s == s[::-1]\n```");
    assertThat(result.finishReason()).isEqualTo(FinishReason.END_TOKEN);
  }

  @Test
  void fast_needs_a_fraction_of_passes_and_rows() {
    GenerationResult fast = generate(TASKS.getFirst(), coder.options(Preset.FAST));

    GenerationResult reference = coder.generate(TASKS.getFirst());
    assertThat(fast.metrics().networkEvaluations()).isLessThan(24);
    assertThat(fast.metrics().rowsComputed()).isLessThan(reference.metrics().rowsComputed() / 5);
    assertThat(reference.metrics().rowsComputed()).isEqualTo(48L * reference.canvas().size());
    assertThat(fast.metrics().networkNanos()).isBetween(1L, fast.metrics().denoiseNanos());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void a_request_of_a_batch_gets_what_it_gets_alone_on_any_number_of_threads(int threads) {
    List<GenerationRequest> requests = new ArrayList<>();
    List<GenerationOptions> settings = differentSettings();
    for (int i = 0; i < settings.size(); i++) {
      requests.add(
          GenerationRequest.of(TASKS.get(i % TASKS.size())).with(settings.get(i).withSeed(i)));
    }
    try (DiffuCoder other = DiffuCoder.builder().backend("cpu").threads(threads).load()) {
      List<GenerationResult> together = other.generateAll(requests);

      for (int i = 0; i < requests.size(); i++) {
        GenerationResult alone = coder.generate(requests.get(i));
        assertThat(together.get(i).steps().stream().map(StepEvent::commits).toList())
            .as(settings.get(i).toString())
            .isEqualTo(alone.steps().stream().map(StepEvent::commits).toList());
        assertThat(together.get(i).metrics().rowsComputed())
            .isEqualTo(alone.metrics().rowsComputed());
      }
    }
  }

  private static List<GenerationOptions> differentSettings() {
    GenerationOptions base = shorter(0, 0);
    DecodingPlan blocks = DecodingPlan.REFERENCE.withBlocks(BlockSchedule.fixed(8));
    return List.of(
        base,
        shorter(0.5f, 0),
        coder.options(Preset.FAST),
        coder.options(Preset.BALANCED).withMaxNewTokens(33),
        base.withPolicy(CommitPolicy.threshold(0.8f))
            .withPlan(
                blocks
                    .withWindow(WindowPolicy.suffixWindow(5))
                    .withEndTokens(EndTokenRule.GUARDED)),
        base.withPolicy(CommitPolicy.factor(0.5f))
            .withPlan(
                blocks.withWindow(WindowPolicy.dualCache()).withLookahead(Lookahead.branches(3))),
        base.withPlan(DecodingPlan.REFERENCE.withLookahead(Lookahead.drafts(2))),
        base.withPolicy(CommitPolicy.stability(0.8f, 0.01f, 2))
            .withPlan(DecodingPlan.REFERENCE.withBlocks(BlockSchedule.lines(16, 0.5f))),
        base.withPolicy(CommitPolicy.entropyBound(0.2f))
            .withPlan(
                blocks.withWindow(WindowPolicy.prefixCache()).withRemasking(new Remasking(0.8f))));
  }

  @Test
  void a_stream_of_a_plan_that_takes_back_still_only_appends() {
    GenerationOptions options =
        coder
            .defaults()
            .withPolicy(CommitPolicy.threshold(0.5f))
            .withPlan(DecodingPlan.REFERENCE.withRemasking(new Remasking(0.6f)));
    int remasked = 0;
    for (String task : TASKS) {
      List<GenerationEvent> events =
          coder.stream(GenerationRequest.of(task).with(options)).toList();

      String text =
          events.stream()
              .filter(GenerationEvent.Text.class::isInstance)
              .map(event -> ((GenerationEvent.Text) event).text())
              .collect(Collectors.joining());
      GenerationResult result = ((GenerationEvent.Finished) events.getLast()).result();
      assertThat(text).isEqualTo(result.text());
      assertThat(result.canvas()).isEqualTo(result.history(1592).getLast());
      remasked += result.steps().stream().mapToInt(step -> step.remasked().size()).sum();
    }
    assertThat(remasked).as("positions taken back").isPositive();
  }

  /** What each step committed. */
  private static List<List<StepEvent.Commit>> commits(GenerationResult result) {
    return result.steps().stream().map(StepEvent::commits).toList();
  }
}
