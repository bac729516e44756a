package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.sampling.StepEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanvasViewTest {
  @Test
  void begins_at_the_first_undecided_position_and_keeps_decided_ones_after_it() {
    int mask = ScriptedRun.MASK;

    CanvasView view = CanvasView.of(new int[] {7, mask, 8, mask}, mask, id -> "<" + id + ">");

    assertThat(view.size()).isEqualTo(3);
    assertThat(view.state(0)).isEqualTo(CanvasView.State.MASKED);
    assertThat(view.state(1)).isEqualTo(CanvasView.State.SETTLED);
    assertThat(view.text(1)).isEqualTo("<8>");
  }

  @Test
  void a_fresh_position_settles_once_it_was_seen() {
    CanvasView view = ScriptedRun.of("a", "b").view(1);
    assertThat(view.state(0)).isEqualTo(CanvasView.State.FRESH);

    view.settle();

    assertThat(view.state(0)).isEqualTo(CanvasView.State.SETTLED);
    assertThat(view.state(1)).isEqualTo(CanvasView.State.MASKED);
  }

  @Test
  void counts_decided_tokens_before_the_first_end_token() {
    assertThat(ScriptedRun.of("a", "b", "<|im_end|>", "c").view(4).realTokens()).isEqualTo(2);
    assertThat(ScriptedRun.of("a", "b", "c").view(1).realTokens()).isEqualTo(1);
  }

  @Test
  void a_position_that_was_taken_back_is_masked() {
    CanvasView view = ScriptedRun.of("a", "b").view(2);

    view.commit(new StepEvent(2, 3, List.of(), List.of(ScriptedRun.PROMPT_TOKENS), 1, 3, 0));

    assertThat(view.state(0)).isEqualTo(CanvasView.State.MASKED);
    assertThat(view.text(0)).isEmpty();
  }
}
