package io.diffucoder;

import static io.diffucoder.PlannedDecoding.BREAK;
import static io.diffucoder.PlannedDecoding.MASK;
import static io.diffucoder.PlannedDecoding.sure;
import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.sampling.BlockSchedule;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.Confidence;
import io.diffucoder.sampling.DecodingPlan;
import io.diffucoder.sampling.Window;
import io.diffucoder.sampling.WindowPolicy;
import io.diffucoder.spi.RowRange;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Canvases of a prompt of 2 and 6 or 7 masks; the later a position, the surer. */
class MaskedDiffusionSampler_blocks_Test {
  private static final CommitPolicy SUREST = CommitPolicy.topConfidence(Confidence.PROBABILITY);

  private final ScriptedDenoiser laterIsSurer = new ScriptedDenoiser(p -> sure(p, 0.1 + 0.05 * p));

  @Test
  void a_block_is_decided_before_the_next_one_is_looked_at() {
    PlannedDecoding run = run(6, 6, SUREST, BlockSchedule.fixed(3), WindowPolicy.full());

    assertThat(laterIsSurer.positions())
        .containsExactly(
            List.of(2, 3, 4),
            List.of(2, 3, 4),
            List.of(2, 3),
            List.of(5, 6, 7),
            List.of(5, 6, 7),
            List.of(5, 6));
    assertThat(run.commits())
        .containsExactly(
            List.of(), List.of(4), List.of(3, 2), List.of(), List.of(7), List.of(6, 5));
  }

  @Test
  void blocks_share_the_steps_by_their_masks_rounded_up() {
    PlannedDecoding run = run(7, 4, SUREST, BlockSchedule.fixed(3), WindowPolicy.full());

    // Blocks of 3, 3 and 1 masks get ceil(12/7), ceil(12/7) and ceil(4/7) of 4 steps.
    assertThat(run.commits())
        .containsExactly(List.of(4), List.of(3, 2), List.of(7), List.of(6, 5), List.of(8));
    assertThat(run.outcome().networkEvaluations()).isEqualTo(5);
  }

  @Test
  void a_line_ends_its_block() {
    ScriptedDenoiser lines =
        new ScriptedDenoiser(p -> p == 3 || p == 6 ? sure(BREAK, 0.6) : sure(p, 0.5));

    PlannedDecoding run =
        PlannedDecoding.run(
            lines,
            Canvas.forCompletion(new int[] {0, 1}, 6, MASK),
            6,
            CommitPolicy.threshold(0.5f),
            DecodingPlan.REFERENCE.withBlocks(BlockSchedule.lines(4, 0.5f)));

    // The next four positions are looked at; 3 ends the first line, 6 the second, then 7 is left.
    assertThat(lines.positions())
        .containsExactly(List.of(2, 3, 4, 5), List.of(4, 5, 6, 7), List.of(7));
    assertThat(run.commits()).containsExactly(List.of(3, 2), List.of(6, 4, 5), List.of(7));
  }

  @Test
  void an_unsure_line_break_ends_no_block() {
    ScriptedDenoiser lines = new ScriptedDenoiser(p -> p == 3 ? sure(BREAK, 0.4) : sure(p, 0.5));

    PlannedDecoding run =
        PlannedDecoding.run(
            lines,
            Canvas.forCompletion(new int[] {0, 1}, 6, MASK),
            6,
            CommitPolicy.threshold(0.4f),
            DecodingPlan.REFERENCE.withBlocks(BlockSchedule.lines(4, 0.5f)));

    assertThat(run.commits()).containsExactly(List.of(2, 4, 5, 3), List.of(6, 7));
  }

  /** ADR 10: row 4 predicts position 5, so the window of block 5 … 7 begins at 4. */
  @Test
  void a_blocks_window_begins_with_the_row_before_it() {
    run(6, 6, SUREST, BlockSchedule.fixed(3), WindowPolicy.dualCache());

    Window all = Window.full(8);
    Window first = new Window(List.of(new RowRange(1, 4)), all.seen());
    Window second = new Window(List.of(new RowRange(4, 4)), all.seen());
    assertThat(laterIsSurer.windows()).containsExactly(all, first, first, all, second, second);
  }

  @Test
  void a_refresh_comes_at_every_so_many_steps_of_a_block() {
    run(6, 6, SUREST, BlockSchedule.whole(), WindowPolicy.dualCache().withRefreshEvery(2));

    assertThat(laterIsSurer.windows().stream().map(Window::rows).toList())
        .containsExactly(8, 7, 8, 7, 8, 7);
  }

  @Test
  void rows_that_run_are_counted() {
    PlannedDecoding run = run(6, 6, SUREST, BlockSchedule.fixed(3), WindowPolicy.dualCache());

    assertThat(run.outcome().rowsComputed()).isEqualTo(8 + 4 + 4 + 8 + 4 + 4);
  }

  private PlannedDecoding run(
      int masks, int steps, CommitPolicy policy, BlockSchedule blocks, WindowPolicy window) {
    return PlannedDecoding.run(
        laterIsSurer,
        Canvas.forCompletion(new int[] {0, 1}, masks, MASK),
        steps,
        policy,
        DecodingPlan.REFERENCE.withBlocks(blocks).withWindow(window));
  }
}
