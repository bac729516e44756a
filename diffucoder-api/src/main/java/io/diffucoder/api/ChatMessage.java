package io.diffucoder.api;

import java.util.Objects;

/**
 * One turn of a conversation. The content is plain text: a literal {@code <|im_end|>} in it is
 * encoded as those characters, never as the control token.
 *
 * @param role who speaks
 * @param content what is said; not trimmed
 */
public record ChatMessage(Role role, String content) {
  public ChatMessage {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(content, "content");
  }

  /** A system message. */
  public static ChatMessage system(String content) {
    return new ChatMessage(Role.SYSTEM, content);
  }

  /** A user message. */
  public static ChatMessage user(String content) {
    return new ChatMessage(Role.USER, content);
  }

  /** An assistant message. */
  public static ChatMessage assistant(String content) {
    return new ChatMessage(Role.ASSISTANT, content);
  }
}
