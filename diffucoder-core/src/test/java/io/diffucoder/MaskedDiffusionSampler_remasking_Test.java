package io.diffucoder;

import static io.diffucoder.PlannedDecoding.MASK;
import static io.diffucoder.PlannedDecoding.sure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.ScriptedDenoiser.CanvasScript;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.DecodingPlan;
import io.diffucoder.sampling.Remasking;
import io.diffucoder.sampling.StepEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskedDiffusionSampler_remasking_Test {

  /** Token 7 at position 4 looks good until position 2 is decided; then it should be 8. */
  private static final CanvasScript SECOND_THOUGHTS =
      (canvas, p) ->
          switch (p) {
            case 4 -> canvas.isMasked(2) ? sure(7, 0.9) : sure(8, 0.8);
            case 2, 3 -> sure(p, canvas.isMasked(4) ? 0.5 : 0.85);
            default -> sure(p, canvas.isMasked(2) ? 0.5 : 0.85);
          };

  @Test
  void a_position_whose_token_has_become_unlikely_is_decided_again() {
    PlannedDecoding run = run(new Remasking(0.75f));

    assertThat(run.commits()).containsExactly(List.of(4), List.of(2, 3), List.of(1, 5), List.of(4));
    assertThat(run.outcome().steps().stream().map(StepEvent::remasked).toList())
        .containsExactly(List.of(), List.of(), List.of(4), List.of());
    assertThat(run.tokens()).containsExactly(0, 1, 2, 3, 8, 5);
  }

  @Test
  void decided_is_decided_without_it() {
    PlannedDecoding run = run(Remasking.NEVER);

    assertThat(run.tokens()).containsExactly(0, 1, 2, 3, 7, 5);
  }

  @Test
  void no_more_is_taken_back_than_is_committed_but_one() {
    // Each step commits one position, so that position 4 stays as it is.
    PlannedDecoding run =
        PlannedDecoding.run(
            new ScriptedDenoiser(SECOND_THOUGHTS),
            Canvas.forCompletion(new int[] {0}, 5, MASK),
            8,
            CommitPolicy.threshold(1),
            DecodingPlan.REFERENCE.withRemasking(new Remasking(0.75f)));

    assertThat(run.tokens()).containsExactly(0, 1, 2, 3, 7, 5);
  }

  @Test
  void rejects_a_probability_that_is_not_a_majority() {
    assertThatThrownBy(() -> new Remasking(0.5f))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("got 0.5");
  }

  private static PlannedDecoding run(Remasking remasking) {
    return PlannedDecoding.run(
        new ScriptedDenoiser(SECOND_THOUGHTS),
        Canvas.forCompletion(new int[] {0}, 5, MASK),
        8,
        CommitPolicy.threshold(0.8f),
        DecodingPlan.REFERENCE.withRemasking(remasking));
  }
}
