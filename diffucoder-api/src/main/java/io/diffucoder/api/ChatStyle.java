package io.diffucoder.api;

/** The two ways in which DiffuCoder's authors write ChatML (docs: reference 2.5). */
public enum ChatStyle {
  /** As {@code chat_template.jinja} renders: content, then {@code <|im_end|>}, nothing trimmed. */
  TEMPLATE,
  /**
   * As the README and the demo script write it: user content stripped, with a line break before its
   * {@code <|im_end|>}.
   */
  README
}
