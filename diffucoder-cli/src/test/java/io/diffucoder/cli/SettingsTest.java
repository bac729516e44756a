package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.Confidence;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.Preset;
import io.diffucoder.spi.BackendInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final GenerationOptions BASE =
      GenerationOptions.BASE.withMaxNewTokens(50).withSeed(9);

  private static Setting parsed(String name) {
    return Settings.parse(List.of(name), BASE, BackendInfo.Kind.CPU).getFirst();
  }

  private static void refused(String name, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parsed(name))
        .withMessageContaining(message);
  }

  @Test
  void a_rules_name_changes_the_rule_alone() {
    assertThat(parsed("topk_margin"))
        .isEqualTo(
            new Setting(
                "topk_margin", BASE.withPolicy(CommitPolicy.topConfidence(Confidence.MARGIN))));
    assertThat(parsed("origin").options().policy()).isEqualTo(CommitPolicy.random());
  }

  @Test
  void default_changes_nothing() {
    assertThat(parsed("default").options()).isEqualTo(BASE);
  }

  @Test
  void steps_are_a_number_or_a_fraction_of_the_new_tokens() {
    assertThat(parsed("entropy@24").options().schedule().steps()).isEqualTo(24);
    assertThat(parsed("entropy@L/1").options().schedule().steps()).isEqualTo(50);
    assertThat(parsed("entropy@L/4").options().schedule().steps()).isEqualTo(12);
    assertThat(parsed("entropy@L/99").options().schedule().steps()).isEqualTo(1);
  }

  @Test
  void a_preset_may_have_another_rule_and_other_steps() {
    GenerationOptions fast = Preset.FAST.applyTo(BASE, BackendInfo.Kind.CPU);

    assertThat(parsed("fast").options()).isEqualTo(fast);
    assertThat(parsed("fast@L/2").options()).isEqualTo(fast.withSteps(25));
    assertThat(parsed("fast/threshold:0.5").options())
        .isEqualTo(fast.withPolicy(CommitPolicy.threshold(0.5f)));
    assertThat(parsed("default/factor:1@L/2").options())
        .isEqualTo(BASE.withPolicy(CommitPolicy.factor(1)).withSteps(25));
  }

  @Test
  void a_curve_is_the_name_without_the_steps() {
    assertThat(parsed("entropy@24").curve()).isEqualTo("entropy");
    assertThat(parsed("entropy").curve()).isEqualTo("entropy");
  }

  @Test
  void what_means_nothing_is_refused_with_what_would() {
    refused("fastest", "origin, maskgit_plus, topk_margin, entropy");
    refused("slow/entropy", "reference, lossless, balanced, fast");
    refused("fast/entropie", "there is no commit rule 'entropie'");
    refused("", "there is no setting ''");
    refused("entropy@", "got ''");
    refused("entropy@0", "got '0'");
    refused("entropy@-1", "got '-1'");
    refused("entropy@L", "got 'L'");
    refused("entropy@24@12", "got '24@12'");
  }

  @Test
  void a_name_that_comes_twice_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.parse(List.of("entropy", "entropy"), BASE, BackendInfo.Kind.CPU))
        .withMessageContaining("entropy twice");
  }
}
