package io.diffucoder.api;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What the completion is conditioned on. */
public sealed interface Prompt {

  /**
   * Raw text to be continued, without a chat template: what base models expect.
   *
   * @param text the text; control tokens in it are encoded as plain text
   */
  record Completion(String text) implements Prompt {
    public Completion {
      Objects.requireNonNull(text, "text");
    }
  }

  /**
   * A conversation, rendered as ChatML with the assistant's turn opened at the end.
   *
   * @param messages the turns so far, at least one
   * @param style how the template writes line breaks
   */
  record Chat(List<ChatMessage> messages, ChatStyle style) implements Prompt {
    public Chat {
      messages = List.copyOf(messages);
      Objects.requireNonNull(style, "style");
      if (messages.isEmpty()) {
        throw new IllegalArgumentException("a chat prompt needs at least one message, got none");
      }
    }
  }

  /**
   * Token ids, used as they are; mask ids among them are filled in by the diffusion.
   *
   * @param ids the ids; the array is copied in and out
   */
  record Tokens(int[] ids) implements Prompt {
    public Tokens {
      ids = ids.clone();
    }

    @Override
    public int[] ids() {
      return ids.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Tokens tokens && Arrays.equals(ids, tokens.ids);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
      return "Tokens[" + ids.length + " ids]";
    }
  }

  /** An instruction to a chat model: one user message in the template's style. */
  static Prompt instruction(String text) {
    return chat(List.of(ChatMessage.user(text)));
  }

  /** A conversation in the template's style. */
  static Prompt chat(List<ChatMessage> messages) {
    return new Chat(messages, ChatStyle.TEMPLATE);
  }

  /** Raw text to be continued. */
  static Prompt completion(String text) {
    return new Completion(text);
  }

  /** Token ids, used as they are. */
  static Prompt tokens(int... ids) {
    return new Tokens(ids);
  }
}
