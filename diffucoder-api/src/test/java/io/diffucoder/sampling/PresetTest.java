package io.diffucoder.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.sampling.EndTokenRule.Stop;
import io.diffucoder.spi.BackendInfo.Kind;
import io.diffucoder.spi.TokenFilter;
import org.junit.jupiter.api.Test;

class PresetTest {
  private static final GenerationOptions OPTIONS =
      GenerationOptions.CPGRPO.withMaxNewTokens(48).withSteps(12).withSeed(5);

  @Test
  void reference_changes_the_plan_alone() {
    GenerationOptions fast =
        OPTIONS.withPlan(DecodingPlan.REFERENCE.withBlocks(BlockSchedule.fixed(8)));

    assertThat(Preset.REFERENCE.applyTo(fast, Kind.CPU)).isEqualTo(OPTIONS);
  }

  @Test
  void lossless_keeps_everything_that_makes_the_text() {
    for (Kind device : Kind.values()) {
      GenerationOptions lossless = Preset.LOSSLESS.applyTo(OPTIONS, device);

      assertThat(lossless.withPlan(DecodingPlan.REFERENCE)).isEqualTo(OPTIONS);
      assertThat(lossless.plan().window()).isEqualTo(WindowPolicy.full());
      assertThat(lossless.plan().blocks()).isEqualTo(BlockSchedule.whole());
      assertThat(lossless.plan().endTokens().earlyPenalty()).isEqualTo(1);
      assertThat(lossless.plan().endTokens().stop()).isEqualTo(Stop.TEXT_DECIDED);
    }
    assertThat(Preset.LOSSLESS.applyTo(OPTIONS, Kind.GPU).plan().lookahead())
        .isEqualTo(Lookahead.drafts(3));
    assertThat(Preset.LOSSLESS.applyTo(OPTIONS, Kind.CPU).plan().lookahead())
        .isEqualTo(Lookahead.none());
  }

  @Test
  void the_fast_ones_are_greedy_and_have_as_many_steps_as_tokens() {
    for (Preset preset : new Preset[] {Preset.BALANCED, Preset.FAST}) {
      for (Kind device : Kind.values()) {
        GenerationOptions options = preset.applyTo(OPTIONS, device);

        assertThat(options.filter()).isEqualTo(TokenFilter.GREEDY);
        assertThat(options.schedule().steps()).isEqualTo(48);
        assertThat(options.seed()).isEqualTo(5);
      }
    }
  }

  @Test
  void a_cpu_computes_fewer_rows_a_step_than_a_gpu() {
    int cpu = longestStep(Kind.CPU);
    int gpu = longestStep(Kind.GPU);

    assertThat(cpu).isEqualTo(66);
    assertThat(gpu).isEqualTo(162);
  }

  private static int longestStep(Kind device) {
    DecodingPlan plan = Preset.FAST.applyTo(OPTIONS, device).plan();
    return plan.window().longestStep(plan.blocks().longest(512), 512);
  }

  @Test
  void drafts_and_kept_positions_exclude_each_other() {
    DecodingPlan keeping =
        DecodingPlan.REFERENCE.withWindow(WindowPolicy.dualCache().keepingDecided());

    assertThatThrownBy(() -> keeping.withLookahead(Lookahead.drafts(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("drafts promise the text that a plan gives without them");
  }
}
