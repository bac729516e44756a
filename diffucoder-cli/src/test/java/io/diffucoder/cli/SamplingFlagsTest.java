package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.diffucoder.sampling.BlockSchedule;
import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.Confidence;
import io.diffucoder.sampling.DecodingPlan;
import io.diffucoder.sampling.EndTokenRule;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.Lookahead;
import io.diffucoder.sampling.Preset;
import io.diffucoder.sampling.Remasking;
import io.diffucoder.sampling.TransferSchedule;
import io.diffucoder.sampling.WindowPolicy;
import io.diffucoder.spi.BackendInfo;
import io.diffucoder.spi.TokenFilter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SamplingFlagsTest {
  private static final GenerationOptions MODEL =
      GenerationOptions.BASE.withMaxNewTokens(48).withSeed(9);

  @Command
  private static final class Flags {
    @Mixin SamplingFlags sampling = new SamplingFlags();
  }

  private static GenerationOptions parsed(String... args) {
    Flags flags = new Flags();
    new CommandLine(flags).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(args);
    return flags.sampling.applyTo(MODEL, BackendInfo.Kind.CPU);
  }

  @Test
  void without_options_the_model_decides() {
    assertThat(parsed()).isEqualTo(MODEL);
  }

  @Test
  void a_preset_replaces_the_models_options_and_explicit_ones_override_it() {
    assertThat(parsed("--preset", "cpgrpo")).isEqualTo(GenerationOptions.CPGRPO);
    assertThat(parsed("--temperature", "0.9", "--preset", "instruct"))
        .isEqualTo(GenerationOptions.INSTRUCT.withTemperature(0.9f));
  }

  @Test
  void a_length_sets_as_many_steps_unless_steps_are_given() {
    assertThat(parsed("-n", "33").schedule().steps()).isEqualTo(33);
    assertThat(parsed("--steps", "7", "-n", "33"))
        .isEqualTo(MODEL.withMaxNewTokens(33).withSteps(7));
  }

  @Test
  void every_number_arrives_where_it_belongs() {
    GenerationOptions options =
        parsed("--temperature=0.5", "--top-p=0.8", "--top-k=0", "--eps=0.01", "--seed=-3");

    assertThat(options.filter()).isEqualTo(new TokenFilter(0.5f, 0.8f, TokenFilter.NO_TOP_K));
    assertThat(options.schedule()).isEqualTo(new TransferSchedule(48, 0.01f));
    assertThat(options.seed()).isEqualTo(-3);
  }

  @Test
  void commit_rules_have_the_references_names() {
    assertThat(parsed("--alg", "origin").policy()).isEqualTo(CommitPolicy.random());
    assertThat(parsed("--alg", "maskgit_plus").policy())
        .isEqualTo(CommitPolicy.topConfidence(Confidence.PROBABILITY));
    assertThat(parsed("--alg", "topk_margin", "--alg-temp", "0.1").policy())
        .isEqualTo(CommitPolicy.topConfidence(Confidence.MARGIN, 0.1f));
    assertThat(parsed("--alg-temp", "0.2").policy())
        .isEqualTo(CommitPolicy.topConfidence(Confidence.NEGATIVE_ENTROPY, 0.2f));
  }

  @Test
  void rules_that_commit_what_is_sure_take_numbers() {
    assertThat(parsed("--alg", "threshold").policy()).isEqualTo(CommitPolicy.threshold(0.9f));
    assertThat(parsed("--alg", "threshold:0.95").policy()).isEqualTo(CommitPolicy.threshold(0.95f));
    assertThat(parsed("--alg", "adaptive_threshold:0.8").policy())
        .isEqualTo(CommitPolicy.adaptiveThreshold(0.8f, 0.3f));
    assertThat(parsed("--alg", "factor").policy()).isEqualTo(CommitPolicy.factor(0.1f));
    assertThat(parsed("--alg", "entropy_bound:0.5").policy())
        .isEqualTo(CommitPolicy.entropyBound(0.5f));
    assertThat(parsed("--alg", "stability:0.8:0.005:3").policy())
        .isEqualTo(CommitPolicy.stability(0.8f, 0.005f, 3));
  }

  @Test
  void a_rule_that_is_none_is_rejected_with_those_there_are() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parsed("--alg", "best"))
        .withMessageStartingWith("there is no commit rule 'best'; there are origin, maskgit_plus")
        .withMessageContaining("threshold:0.9, adaptive_threshold:0.9:0.3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parsed("--alg", "entropy:1"))
        .withMessage("the commit rule entropy takes 0 numbers, got 'entropy:1'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parsed("--alg", "threshold:high"))
        .withMessage("'high' in the commit rule 'threshold:high' is not a number");
  }

  @Test
  void a_decoding_preset_is_overridden_by_what_is_given_explicitly() {
    GenerationOptions fast = Preset.FAST.applyTo(MODEL, BackendInfo.Kind.CPU);

    assertThat(parsed("--decoding", "fast")).isEqualTo(fast);
    assertThat(parsed("--decoding", "fast", "--blocks", "16", "--temperature", "0.5"))
        .isEqualTo(
            fast.withPlan(fast.plan().withBlocks(BlockSchedule.fixed(16))).withTemperature(0.5f));
  }

  @Test
  void every_part_of_the_plan_can_be_named() {
    DecodingPlan plan =
        parsed(
                "--blocks=lines:24",
                "--window=suffix:8",
                "--refresh=4",
                "--keep-decided",
                "--end-tokens=guard",
                "--look-ahead=branches:3")
            .plan();

    assertThat(plan)
        .isEqualTo(
            new DecodingPlan(
                BlockSchedule.lines(24, 0.5f),
                WindowPolicy.suffixWindow(8).withRefreshEvery(4).keepingDecided(),
                EndTokenRule.GUARDED,
                Lookahead.branches(3),
                Remasking.NEVER));
    assertThat(parsed("--window=prefix").plan().window()).isEqualTo(WindowPolicy.prefixCache());
    assertThat(parsed("--window=prefix:0").plan().window()).isEqualTo(WindowPolicy.dualCache());
    assertThat(parsed("--blocks=whole", "--window=full", "--look-ahead=none").plan())
        .isEqualTo(DecodingPlan.REFERENCE);
    assertThat(parsed("--look-ahead=drafts:2").plan().lookahead()).isEqualTo(Lookahead.drafts(2));
  }

  @Test
  void a_part_of_the_plan_that_means_nothing_is_rejected_with_what_would() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parsed("--window", "small"))
        .withMessage("--window is full, prefix, prefix:N or suffix:N, got 'small'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parsed("--blocks", "line"))
        .withMessage("--blocks 'line': 'line' is not a whole number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parsed("--look-ahead", "branches"))
        .withMessage("--look-ahead 'branches': '' is not a whole number");
  }

  @Test
  void a_selection_temperature_of_the_random_rule_is_rejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parsed("--alg", "origin", "--alg-temp", "0.2"))
        .withMessageContaining("--alg-temp has no meaning with --alg origin");
  }

  @Test
  void lengths_and_steps_are_positive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parsed("-n", "0"))
        .withMessage("--max-new-tokens must be positive, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parsed("--steps", "-1"))
        .withMessage("--steps must be positive, got -1");
  }
}
