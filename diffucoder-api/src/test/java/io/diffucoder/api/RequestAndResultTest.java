package io.diffucoder.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.StepEvent;
import io.diffucoder.sampling.StepListener;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RequestAndResultTest {

  @Test
  void a_request_is_changed_by_copies() {
    CancellationToken cancellation = new CancellationToken();
    StepListener listener = event -> {};

    GenerationRequest request =
        GenerationRequest.of("sort").with(GenerationOptions.BASE).with(listener).with(cancellation);

    assertThat(request.prompt()).isEqualTo(Prompt.chat(List.of(ChatMessage.user("sort"))));
    assertThat(request.options()).contains(GenerationOptions.BASE);
    assertThat(request.listener()).isSameAs(listener);
    assertThat(request.cancellation()).isSameAs(cancellation);
    assertThat(GenerationRequest.of("sort").options()).isEmpty();
  }

  @Test
  void prompts_are_values() {
    int[] ids = {1, 2};
    Prompt.Tokens tokens = new Prompt.Tokens(ids);
    ids[0] = 9;

    assertThat(tokens.ids()).containsExactly(1, 2);
    assertThat(tokens)
        .isEqualTo(Prompt.tokens(1, 2))
        .hasSameHashCodeAs(Prompt.tokens(1, 2))
        .hasToString("Tokens[2 ids]");
    assertThat(Prompt.completion("def")).isEqualTo(new Prompt.Completion("def"));
    assertThat(ChatMessage.system("x").role().chatMlName()).isEqualTo("system");
    assertThat(ChatMessage.assistant("x").role()).isEqualTo(Role.ASSISTANT);
    assertThatThrownBy(() -> Prompt.chat(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a chat prompt needs at least one message, got none");
  }

  @Test
  void history_holds_the_canvas_after_each_step() {
    GenerationResult result =
        result(List.of(1, 7, 8), List.of(step(0), step(1, commit(2, 8)), step(2, commit(1, 7))));

    assertThat(result.history(99))
        .containsExactly(List.of(1, 99, 99), List.of(1, 99, 8), List.of(1, 7, 8));
  }

  @Test
  void history_shows_what_was_taken_back() {
    StepEvent takesBack = new StepEvent(1, 3, List.of(commit(2, 9)), List.of(1), 1, 2, 1);
    GenerationResult result =
        result(List.of(1, 7, 9), List.of(step(0, commit(1, 8)), takesBack, step(2, commit(1, 7))));

    assertThat(result.history(99))
        .containsExactly(List.of(1, 8, 99), List.of(1, 99, 9), List.of(1, 7, 9));
  }

  @Test
  void metrics_count_real_tokens() {
    GenerationMetrics metrics =
        new GenerationMetrics(
            4, 100, 10, 3, 1, 2_000_000_000L, 1_500_000_000L, 2, new ArNess(List.of()));

    assertThat(metrics.tokensPerForward()).isEqualTo(2.5);
    assertThat(metrics.tokensPerSecond()).isEqualTo(5);
    assertThat(metrics.totalNanos()).isEqualTo(2_000_000_003L);
    GenerationMetrics none = new GenerationMetrics(0, 0, 0, 1, 0, 0, 0, 0, new ArNess(List.of()));
    assertThat(none.tokensPerForward()).isZero();
    assertThat(none.tokensPerSecond()).isZero();
  }

  @Test
  void a_token_is_cancelled_by_any_thread_by_a_condition_or_by_an_interrupt() {
    CancellationToken token = new CancellationToken();
    AtomicBoolean condition = new AtomicBoolean();
    CancellationToken conditional = CancellationToken.when(condition::get);
    token.throwIfCancelled();
    conditional.throwIfCancelled();

    token.cancel();
    condition.set(true);

    assertThat(token.isCancelled()).isTrue();
    assertThatThrownBy(token::throwIfCancelled)
        .isInstanceOf(GenerationCancelledException.class)
        .hasMessage("the generation was cancelled");
    assertThatThrownBy(conditional::throwIfCancelled)
        .isInstanceOf(GenerationCancelledException.class);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> new CancellationToken().throwIfCancelled())
        .hasMessage("the generating thread was interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void errors_keep_message_and_cause() {
    IllegalStateException cause = new IllegalStateException();

    for (DiffuCoderException error :
        List.of(
            new ModelLoadException("m", cause),
            new BackendUnavailableException("m", cause),
            new DeviceMemoryException("m", cause),
            new NumericalException("m", cause),
            new GenerationCancelledException("m", cause))) {
      assertThat(error).hasMessage("m").hasCause(cause);
    }
    assertThat(new ModelLoadException("m")).hasNoCause();
  }

  @Test
  void events_are_values() {
    StepEvent step = step(0, commit(1, 2));

    assertThat(new GenerationEvent.Step(step)).isEqualTo(new GenerationEvent.Step(step));
    assertThat(new GenerationEvent.Text("x").text()).isEqualTo("x");
    assertThat(new GenerationEvent.Started(List.of(1), 1, 9).maskTokenId()).isEqualTo(9);
    GenerationResult result = result(List.of(1), List.of());
    assertThat(new GenerationEvent.Finished(result).result()).isSameAs(result);
  }

  private static GenerationResult result(List<Integer> canvas, List<StepEvent> steps) {
    return new GenerationResult(
        "",
        List.of(),
        FinishReason.LENGTH,
        canvas,
        1,
        steps,
        new GenerationMetrics(1, 1, 1, 1, 0, 1, 0, 0, new ArNess(List.of())));
  }

  private static StepEvent step(int step, StepEvent.Commit... commits) {
    return new StepEvent(step, 3, List.of(commits), List.of(), 0, step + 1, 1);
  }

  private static StepEvent.Commit commit(int position, int token) {
    return new StepEvent.Commit(position, token, 1, 0);
  }
}
