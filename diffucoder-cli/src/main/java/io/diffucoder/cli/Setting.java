package io.diffucoder.cli;

import io.diffucoder.sampling.GenerationOptions;
import java.util.Objects;

/**
 * A way to decode, by name.
 *
 * @param name a rule's or preset's name, and after an {@code @} the steps if they are not its own
 * @param options what the name stands for
 */
record Setting(String name, GenerationOptions options) {
  /** Stands before the steps in a name. */
  static final String AT = "@";

  Setting {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(options, "options");
  }

  /** What settings that differ in their steps alone have in common: the name without the steps. */
  String curve() {
    int at = name.indexOf(AT);
    return at < 0 ? name : name.substring(0, at);
  }
}
