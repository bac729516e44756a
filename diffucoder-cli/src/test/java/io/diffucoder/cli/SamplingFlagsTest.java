package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.Confidence;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.TransferSchedule;
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
    return flags.sampling.applyTo(MODEL);
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
