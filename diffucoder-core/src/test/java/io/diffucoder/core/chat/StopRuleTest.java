package io.diffucoder.core.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.core.tokenizer.QwenFiles;
import io.diffucoder.spi.TokenSet;
import org.junit.jupiter.api.Test;

class StopRuleTest {
  private static final int END_OF_TEXT = 151643;
  private static final int IM_START = 151644;
  private static final int IM_END = 151645;
  private static final int DLM_PAD = 151667;

  private final StopRule rule = StopRule.of(QwenFiles.tokenizer());

  @Test
  void ends_at_the_first_end_token_of_any_kind() {
    assertThat(rule.endTokens()).isEqualTo(TokenSet.of(END_OF_TEXT, IM_END, DLM_PAD));
    assertThat(rule.endOf(new int[] {1, 2, IM_END, 3, DLM_PAD})).isEqualTo(2);
    assertThat(rule.endOf(new int[] {DLM_PAD, IM_END})).isZero();
    assertThat(rule.endOf(new int[] {1, END_OF_TEXT})).isEqualTo(1);
  }

  @Test
  void ends_at_the_length_if_there_is_no_end_token() {
    assertThat(rule.endOf(new int[] {1, IM_START, 3})).isEqualTo(3);
    assertThat(rule.endOf(new int[0])).isZero();
  }

  @Test
  void ends_at_the_ids_of_the_configuration_too() {
    StopRule wider = StopRule.of(QwenFiles.tokenizer(), 77, END_OF_TEXT);

    assertThat(wider.endOf(new int[] {1, 77, IM_END})).isEqualTo(1);
    assertThat(wider.isEnd(DLM_PAD)).isTrue();
    assertThat(rule.isEnd(77)).isFalse();
  }
}
