package io.diffucoder.api;

import java.util.Locale;

/** Who speaks in a chat message. */
public enum Role {
  SYSTEM,
  USER,
  ASSISTANT;

  /** The role's name in ChatML: {@code system}, {@code user}, {@code assistant}. */
  public String chatMlName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
