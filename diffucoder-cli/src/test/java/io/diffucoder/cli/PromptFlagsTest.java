package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.diffucoder.api.ChatMessage;
import io.diffucoder.api.ChatStyle;
import io.diffucoder.api.Prompt;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptFlagsTest {
  private final PromptFlags flags = new PromptFlags();

  @Test
  void an_instruction_is_a_users_message_in_the_templates_style() {
    assertThat(flags.instruction("sort")).isEqualTo(Prompt.instruction("sort"));
  }

  @Test
  void a_system_message_comes_first() {
    flags.style = PromptFlags.Style.README;
    flags.system = "Be brief.";

    assertThat(flags.instruction("sort"))
        .isEqualTo(
            new Prompt.Chat(
                List.of(ChatMessage.system("Be brief."), ChatMessage.user("sort")),
                ChatStyle.README));
  }

  @Test
  void raw_text_is_continued_and_knows_no_system() {
    flags.style = PromptFlags.Style.RAW;
    assertThat(flags.instruction("def f(")).isEqualTo(Prompt.completion("def f("));

    flags.system = "Be brief.";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> flags.instruction("def f("))
        .withMessageContaining("--system has no place in --style raw");
  }
}
