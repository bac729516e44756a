package io.diffucoder.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.TokenFilter;
import org.junit.jupiter.api.Test;

class GenerationOptionsTest {

  /** Reference 2.5: what the README and the demo pass, and the top-k that transformers adds. */
  @Test
  void presets_are_what_the_authors_run() {
    assertThat(GenerationOptions.BASE.filter()).isEqualTo(new TokenFilter(0.2f, 0.95f, 50));
    assertThat(GenerationOptions.INSTRUCT.filter()).isEqualTo(new TokenFilter(0.3f, 0.95f, 50));
    assertThat(GenerationOptions.CPGRPO.filter()).isEqualTo(new TokenFilter(0.4f, 0.95f, 50));
    assertThat(GenerationOptions.CPGRPO.maxNewTokens()).isEqualTo(256);
    assertThat(GenerationOptions.CPGRPO.schedule()).isEqualTo(TransferSchedule.ofSteps(256));
    assertThat(GenerationOptions.CPGRPO.policy())
        .isEqualTo(CommitPolicy.topConfidence(Confidence.NEGATIVE_ENTROPY));
  }

  @Test
  void each_with_method_changes_one_thing() {
    GenerationOptions changed =
        GenerationOptions.BASE
            .withMaxNewTokens(64)
            .withSteps(16)
            .withTemperature(1)
            .withTopP(0.5f)
            .withTopK(7)
            .withVocabulary(Vocabulary.ALL_ROWS)
            .withPolicy(CommitPolicy.random())
            .withSeed(9);

    assertThat(changed)
        .isEqualTo(
            new GenerationOptions(
                64,
                TransferSchedule.ofSteps(16),
                new TokenFilter(1, 0.5f, 7),
                Vocabulary.ALL_ROWS,
                CommitPolicy.random(),
                DecodingPlan.REFERENCE,
                9));
  }

  @Test
  void as_many_steps_as_new_tokens_until_steps_are_named() {
    assertThat(GenerationOptions.BASE.withMaxNewTokens(48).schedule().steps()).isEqualTo(48);
  }

  @Test
  void rejects_no_tokens() {
    assertThatThrownBy(() -> GenerationOptions.BASE.withMaxNewTokens(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_commit_contexts_quota_is_within_its_positions() {
    assertThatThrownBy(() -> new CommitContext(new int[] {1}, 2, 1, new RandomKey(0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("quota must be in 0 … 1, the masked positions, got 2");
  }
}
