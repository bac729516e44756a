package io.diffucoder.cli;

import io.diffucoder.api.ChatMessage;
import io.diffucoder.api.ChatStyle;
import io.diffucoder.api.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say how text becomes a prompt. */
final class PromptFlags {

  /** How a prompt is written down for the model. */
  enum Style {
    TEMPLATE,
    README,
    RAW;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--style",
      paramLabel = "STYLE",
      defaultValue = "template",
      description =
          "template: ChatML as the model's template has it (default); readme: as its README"
              + " writes it; raw: text to be continued, without a template.")
  Style style = Style.TEMPLATE;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "System message in place of the template's own.")
  @Nullable String system;

  /** One instruction. */
  Prompt instruction(String text) {
    return conversation(List.of(ChatMessage.user(text)));
  }

  /** The turns so far, the user's last. */
  Prompt conversation(List<ChatMessage> turns) {
    return switch (style) {
      case RAW -> {
        if (system != null) {
          throw new IllegalArgumentException(
              "--system has no place in --style raw, which knows no roles; leave one out");
        }
        yield Prompt.completion(turns.getLast().content());
      }
      case TEMPLATE -> new Prompt.Chat(withSystem(turns), ChatStyle.TEMPLATE);
      case README -> new Prompt.Chat(withSystem(turns), ChatStyle.README);
    };
  }

  private List<ChatMessage> withSystem(List<ChatMessage> turns) {
    List<ChatMessage> messages = new ArrayList<>(turns);
    if (system != null) {
      messages.addFirst(ChatMessage.system(system));
    }
    return messages;
  }
}
