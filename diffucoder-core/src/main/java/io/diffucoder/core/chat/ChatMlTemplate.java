package io.diffucoder.core.chat;

import io.diffucoder.api.ChatMessage;
import io.diffucoder.api.ChatStyle;
import io.diffucoder.api.Prompt;
import io.diffucoder.api.Role;
import io.diffucoder.core.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Renders conversations in ChatML, as Qwen2.5's template does without tools. The control tokens are
 * set by id, and everything between two of them is encoded as plain text, so that no content can
 * open or close a turn.
 *
 * <p>The ids are those of the rendered text as the reference tokenizes it, unless a content spells
 * a control token. Normalizing the parts by themselves makes no difference: each begins with an
 * ASCII character, with which nothing before it composes.
 */
public final class ChatMlTemplate {
  private static final String START = "<|im_start|>";
  private static final String END = "<|im_end|>";
  private static final ChatMessage DEFAULT_SYSTEM =
      ChatMessage.system("You are a helpful assistant.");

  private final Tokenizer tokenizer;

  /** The template for models with this tokenizer. */
  public ChatMlTemplate(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * The conversation's token ids, with the assistant's turn opened at the end. A conversation that
   * does not begin with a system message gets the default one.
   *
   * @throws IllegalArgumentException if the tokenizer lacks ChatML's control tokens
   */
  public int[] encode(Prompt.Chat chat) {
    int start = control(START);
    int end = control(END);
    IntStream.Builder ids = IntStream.builder();
    for (ChatMessage message : withSystem(chat.messages())) {
      ids.add(start);
      add(turn(message, chat.style()), ids);
      ids.add(end);
      add("\n", ids);
    }
    ids.add(start);
    add(opening(Role.ASSISTANT), ids);
    return ids.build().toArray();
  }

  /** The conversation as text, to be shown; encoding it again would trust its contents. */
  public static String render(Prompt.Chat chat) {
    StringBuilder text = new StringBuilder();
    for (ChatMessage message : withSystem(chat.messages())) {
      text.append(START).append(turn(message, chat.style())).append(END).append('\n');
    }
    return text.append(START).append(opening(Role.ASSISTANT)).toString();
  }

  private static List<ChatMessage> withSystem(List<ChatMessage> messages) {
    if (messages.getFirst().role() == Role.SYSTEM) {
      return messages;
    }
    List<ChatMessage> all = new ArrayList<>(messages);
    all.addFirst(DEFAULT_SYSTEM);
    return all;
  }

  /** What stands between a turn's two control tokens: one text to the tokenizer. */
  private static String turn(ChatMessage message, ChatStyle style) {
    return opening(message.role())
        + switch (style) {
          case TEMPLATE -> message.content();
          case README ->
              message.role() == Role.USER ? strip(message.content()) + "\n" : message.content();
        };
  }

  /** Python's strip, which, unlike Java's, takes no-break spaces and U+0085 for white space. */
  private static String strip(String content) {
    int begin = 0;
    int end = content.length();
    while (begin < end && isSpace(content.charAt(begin))) {
      begin++;
    }
    while (end > begin && isSpace(content.charAt(end - 1))) {
      end--;
    }
    return content.substring(begin, end);
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  private static String opening(Role role) {
    return role.chatMlName() + "\n";
  }

  private void add(String text, IntStream.Builder ids) {
    for (int id : tokenizer.encode(text)) {
      ids.add(id);
    }
  }

  private int control(String text) {
    int id = tokenizer.idOf(text).orElse(-1);
    if (id < 0 || !tokenizer.isControl(id)) {
      throw new IllegalArgumentException(
          "the model's tokenizer has no "
              + text
              + ", which chat prompts need; use Prompt.completion for a model without chat");
    }
    return id;
  }
}
