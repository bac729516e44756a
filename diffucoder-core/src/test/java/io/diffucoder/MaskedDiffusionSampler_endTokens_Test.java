package io.diffucoder;

import static io.diffucoder.PlannedDecoding.END;
import static io.diffucoder.PlannedDecoding.MASK;
import static io.diffucoder.PlannedDecoding.sure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.Confidence;
import io.diffucoder.sampling.DecodingPlan;
import io.diffucoder.sampling.EndTokenRule;
import io.diffucoder.sampling.EndTokenRule.Stop;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A prompt of 2 and 6 masks: text at 2 … 4, less sure than the ends at 5 … 7. */
class MaskedDiffusionSampler_endTokens_Test {
  private static final CommitPolicy SUREST = CommitPolicy.topConfidence(Confidence.PROBABILITY);

  private final ScriptedDenoiser surerOfTheEnd =
      new ScriptedDenoiser(p -> p < 5 ? sure(p, 0.5 - 0.01 * p) : sure(END, 0.9));

  @Test
  void end_tokens_are_committed_first_when_nothing_guards_them() {
    PlannedDecoding run = run(SUREST, EndTokenRule.NONE);

    assertThat(run.commits())
        .containsExactly(List.of(), List.of(5), List.of(6), List.of(7), List.of(2), List.of(3, 4));
  }

  @Test
  void the_guard_holds_them_back_until_what_is_before_them_is_decided() {
    PlannedDecoding run = run(SUREST, EndTokenRule.GUARDED.withStop(Stop.CANVAS_DECIDED));

    // The last step's quota is all that is left, but only text may go; then the ends, at once.
    assertThat(run.commits())
        .containsExactly(List.of(), List.of(2), List.of(3), List.of(4), List.of(5), List.of(6, 7));
  }

  @Test
  void guarded_ends_still_come_when_the_steps_are_used_up() {
    PlannedDecoding run = run(SUREST, EndTokenRule.GUARDED.withStop(Stop.CANVAS_DECIDED), 1);

    assertThat(run.commits()).containsExactly(List.of(2, 3, 4), List.of(5, 6, 7));
    assertThat(run.outcome().networkEvaluations()).isEqualTo(2);
  }

  @Test
  void a_drawn_mask_before_guarded_ends_does_not_go_on_for_ever() {
    ScriptedDenoiser maskThenEnds =
        new ScriptedDenoiser(p -> p == 2 ? sure(MASK, 0.9) : sure(END, 0.8));

    PlannedDecoding run =
        PlannedDecoding.run(
            maskThenEnds,
            canvas(),
            2,
            SUREST,
            DecodingPlan.REFERENCE.withEndTokens(EndTokenRule.GUARDED));

    assertThat(run.outcome().networkEvaluations()).isEqualTo(2);
  }

  @Test
  void an_end_token_is_not_early_if_all_undecided_before_it_are_ends() {
    ScriptedDenoiser endsAtOnce = new ScriptedDenoiser(p -> sure(END, 0.1 * p));

    PlannedDecoding run =
        PlannedDecoding.run(
            endsAtOnce,
            canvas(),
            6,
            CommitPolicy.threshold(0.65f),
            DecodingPlan.REFERENCE.withEndTokens(EndTokenRule.GUARDED));

    assertThat(run.commits().getFirst()).containsExactly(7);
  }

  @Test
  void decoding_stops_when_the_text_is_decided_and_leaves_the_rest_undecided() {
    PlannedDecoding run = run(SUREST, EndTokenRule.GUARDED);

    assertThat(run.commits())
        .containsExactly(List.of(), List.of(2), List.of(3), List.of(4), List.of(5));
    assertThat(run.tokens()).containsExactly(0, 1, 2, 3, 4, END, MASK, MASK);
  }

  @Test
  void an_early_end_counts_as_less_probable_by_the_penalty() {
    PlannedDecoding run = run(SUREST, new EndTokenRule(1.94f, Stop.CANVAS_DECIDED));

    // 0.9 / 1.94 = 0.4639: after 0.48 and 0.47, before 0.46.
    assertThat(run.commits())
        .containsExactly(List.of(), List.of(2), List.of(3), List.of(5), List.of(6), List.of(7, 4));
  }

  @Test
  void a_committed_token_tells_its_own_probability_not_the_penalised_one() {
    PlannedDecoding run = run(SUREST, new EndTokenRule(1.94f, Stop.CANVAS_DECIDED));

    assertThat(run.outcome().steps().get(3).commits().getFirst().probability()).isEqualTo(0.9f);
  }

  @Test
  void end_tokens_of_the_prompt_stop_nothing() {
    Canvas infill = Canvas.of(new int[] {0, MASK, END, MASK, MASK}, MASK);

    PlannedDecoding run =
        PlannedDecoding.run(
            new ScriptedDenoiser(p -> sure(p, 0.5)),
            infill,
            3,
            SUREST,
            DecodingPlan.REFERENCE.withEndTokens(EndTokenRule.GUARDED));

    assertThat(run.tokens()).containsExactly(0, 1, END, 3, 4);
  }

  @Test
  void rejects_a_penalty_that_would_favour_ends() {
    assertThatThrownBy(() -> new EndTokenRule(0.5f, Stop.TEXT_DECIDED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the penalty of early end tokens must be at least 1, got 0.5");
  }

  private PlannedDecoding run(CommitPolicy policy, EndTokenRule rule) {
    return run(policy, rule, 6);
  }

  private PlannedDecoding run(CommitPolicy policy, EndTokenRule rule, int steps) {
    return PlannedDecoding.run(
        surerOfTheEnd, canvas(), steps, policy, DecodingPlan.REFERENCE.withEndTokens(rule));
  }

  private static Canvas canvas() {
    return Canvas.forCompletion(new int[] {0, 1}, 6, MASK);
  }
}
