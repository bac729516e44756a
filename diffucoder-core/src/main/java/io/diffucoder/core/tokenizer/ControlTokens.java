package io.diffucoder.core.tokenizer;

import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The control tokens of a vocabulary, by text and by id. */
final class ControlTokens {
  private final Map<String, ControlToken> byText = new HashMap<>();
  private final Map<Integer, ControlToken> byId = new HashMap<>();
  private final BitSet firstChars = new BitSet();
  private final int[] lengthsDescending;

  /** The set of these tokens, whose texts and ids are distinct. */
  ControlTokens(Collection<ControlToken> tokens) {
    for (ControlToken token : tokens) {
      byText.put(token.text(), token);
      byId.put(token.id(), token);
      firstChars.set(token.text().charAt(0));
    }
    lengthsDescending =
        byText.keySet().stream()
            .map(String::length)
            .distinct()
            .sorted(Comparator.reverseOrder())
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /** All of them. */
  Collection<ControlToken> all() {
    return byId.values();
  }

  @Nullable ControlToken withText(String text) {
    return byText.get(text);
  }

  @Nullable ControlToken withId(int id) {
    return byId.get(id);
  }

  /** The longest token that is written at an index of the text. */
  @Nullable ControlToken longestAt(String text, int index) {
    if (!firstChars.get(text.charAt(index))) {
      return null;
    }
    for (int length : lengthsDescending) {
      if (index + length <= text.length()) {
        ControlToken token = byText.get(text.substring(index, index + length));
        if (token != null) {
          return token;
        }
      }
    }
    return null;
  }
}
