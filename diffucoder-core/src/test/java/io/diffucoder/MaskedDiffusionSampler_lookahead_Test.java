package io.diffucoder;

import static io.diffucoder.PlannedDecoding.END;
import static io.diffucoder.PlannedDecoding.MASK;
import static io.diffucoder.PlannedDecoding.sure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.ScriptedDenoiser.CanvasScript;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.Confidence;
import io.diffucoder.sampling.DecodingPlan;
import io.diffucoder.sampling.EndTokenRule;
import io.diffucoder.sampling.Lookahead;
import io.diffucoder.sampling.WindowPolicy;
import io.diffucoder.spi.RowRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskedDiffusionSampler_lookahead_Test {
  private static final CommitPolicy SUREST = CommitPolicy.topConfidence(Confidence.PROBABILITY);

  /** Positions 1 … 4; once 3 is decided all are sure, whatever else is. */
  private static final CanvasScript THREE_IS_THE_KEY =
      (canvas, p) -> sure(p, canvas.isMasked(3) ? 0.6 - 0.1 * p : 0.95);

  @Test
  void the_branch_whose_remaining_masks_are_surest_is_taken_with_its_scores() {
    ScriptedDenoiser denoiser = new ScriptedDenoiser(THREE_IS_THE_KEY);

    PlannedDecoding run = run(denoiser, CommitPolicy.threshold(0.9f), Lookahead.branches(2));

    // The first pass decides 1, then 2 and 3 are tried; the pass after it takes the one with 3,
    // whose scores decide all the rest at once.
    assertThat(denoiser.calls().stream().map(List::size).toList()).containsExactly(1, 3);
    assertThat(run.commits()).containsExactly(List.of(1), List.of(3, 2, 4));
    assertThat(run.outcome().networkEvaluations()).isEqualTo(2);
    assertThat(run.outcome().rowsComputed()).isEqualTo(4 * 5);
    assertThat(run.tokens()).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void without_branches_the_same_needs_more_passes() {
    ScriptedDenoiser denoiser = new ScriptedDenoiser(THREE_IS_THE_KEY);

    PlannedDecoding run = run(denoiser, CommitPolicy.threshold(0.9f), Lookahead.none());

    assertThat(run.commits()).containsExactly(List.of(1), List.of(2), List.of(3), List.of(4));
  }

  @Test
  void the_canvas_as_it_is_wins_when_no_branch_is_surer() {
    ScriptedDenoiser even = new ScriptedDenoiser(p -> sure(p, 0.5));

    PlannedDecoding run = run(even, CommitPolicy.threshold(0.9f), Lookahead.branches(3));

    assertThat(run.commits()).containsExactly(List.of(1), List.of(2), List.of(3), List.of(4));
  }

  @Test
  void no_branch_fills_in_an_end_token_before_its_turn() {
    // Position 4 is surest, and an end; what is before it is text.
    ScriptedDenoiser denoiser =
        new ScriptedDenoiser(p -> p == 4 ? sure(END, 0.8) : sure(p, 0.6 - 0.1 * p));

    run(
        denoiser,
        CommitPolicy.threshold(0.9f),
        DecodingPlan.REFERENCE
            .withEndTokens(EndTokenRule.GUARDED)
            .withLookahead(Lookahead.branches(3)));

    // The first pass decides 1; of 2, 3 and 4 the first two may be filled in.
    assertThat(denoiser.calls().get(1)).hasSize(3);
    assertThat(denoiser.calls().get(1).subList(1, 3)).allMatch(query -> query.canvas().isMasked(4));
  }

  @Test
  void branches_put_their_keys_aside_and_nothing_is_tried_in_a_refresh() {
    ScriptedDenoiser denoiser = new ScriptedDenoiser(p -> sure(p, 0.5));

    run(
        denoiser,
        CommitPolicy.threshold(0.9f),
        DecodingPlan.REFERENCE
            .withWindow(WindowPolicy.dualCache().withRefreshEvery(2))
            .withLookahead(Lookahead.branches(2)));

    assertThat(denoiser.calls().stream().map(List::size).toList()).containsExactly(1, 3, 1, 1);
    assertThat(denoiser.calls().get(1).stream().map(q -> q.place().branch()).toList())
        .containsExactly(-1, 5, 10);
  }

  @Test
  void what_a_branch_filled_in_is_computed_once_more_where_decided_positions_are_kept() {
    ScriptedDenoiser denoiser = new ScriptedDenoiser(THREE_IS_THE_KEY);

    run(
        denoiser,
        CommitPolicy.threshold(0.99f),
        DecodingPlan.REFERENCE
            .withWindow(WindowPolicy.dualCache().keepingDecided())
            .withLookahead(Lookahead.branches(2)));

    // The first pass decides 1. The second tries 2 and 3, takes 3 and decides 2. In the third
    // position 1 is kept; 2 was decided in the last step, 3 aside; 3 predicts the undecided 4.
    assertThat(denoiser.windows().get(2).computed()).containsExactly(new RowRange(2, 3));
  }

  @Test
  void drafts_that_come_true_save_passes_and_change_nothing() {
    ScriptedDenoiser steady = new ScriptedDenoiser(p -> sure(p, 0.9 - 0.1 * p));

    PlannedDecoding run = run(steady, SUREST, Lookahead.drafts(2));

    // The first step commits nothing, so its scores serve the second too; then two drafts hold.
    assertThat(run.commits()).containsExactly(List.of(), List.of(1), List.of(2), List.of(3, 4));
    assertThat(run.outcome().networkEvaluations()).isEqualTo(2);
    assertThat(run.outcome().steps().stream().map(step -> step.networkEvaluations()).toList())
        .containsExactly(1, 1, 2, 2);
  }

  @Test
  void drafts_that_do_not_come_true_are_dropped() {
    // Whatever is decided last makes the position farthest from it the surest.
    CanvasScript restless =
        (canvas, p) -> sure(p, canvas.maskedCount() % 2 == 0 ? 0.1 * p : 0.5 - 0.1 * p);
    ScriptedDenoiser alone = new ScriptedDenoiser(restless);
    ScriptedDenoiser ahead = new ScriptedDenoiser(restless);

    PlannedDecoding without = run(alone, SUREST, Lookahead.none());
    PlannedDecoding with = run(ahead, SUREST, Lookahead.drafts(3));

    assertThat(with.commits()).isEqualTo(without.commits());
    assertThat(with.tokens()).isEqualTo(without.tokens());
    assertThat(without.outcome().networkEvaluations()).isEqualTo(4);
    assertThat(with.outcome().networkEvaluations()).isEqualTo(3);
  }

  @Test
  void rejects_to_look_ahead_with_nothing() {
    assertThatThrownBy(() -> Lookahead.drafts(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the number of canvases to look ahead with must be positive, got 0");
    assertThatThrownBy(() -> Lookahead.branches(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  private static PlannedDecoding run(
      ScriptedDenoiser denoiser, CommitPolicy policy, Lookahead lookahead) {
    return run(denoiser, policy, DecodingPlan.REFERENCE.withLookahead(lookahead));
  }

  private static PlannedDecoding run(
      ScriptedDenoiser denoiser, CommitPolicy policy, DecodingPlan plan) {
    return PlannedDecoding.run(
        denoiser, Canvas.forCompletion(new int[] {0}, 4, MASK), 4, policy, plan);
  }
}
