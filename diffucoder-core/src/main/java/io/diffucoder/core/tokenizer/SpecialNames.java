package io.diffucoder.core.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the tokens that {@code special_tokens_map.json} or {@code tokenizer_config.json} names
 * under keys such as {@code mask_token}, as a string or as an object with a content, and in the
 * list {@code additional_special_tokens}.
 */
final class SpecialNames {
  private static final Pattern PATH =
      Pattern.compile(
          "((bos|eos|unk|sep|pad|cls|mask)_token|(additional|extra)_special_tokens\\[\\d+])"
              + "(\\.content)?");

  private SpecialNames() {}

  /** Collects the names among the values of a file's object that are by themselves. */
  static Set<String> in(Map<String, String> scalars) {
    Set<String> names = new HashSet<>();
    scalars.forEach((path, text) -> {
      if (PATH.matcher(path).matches()) {
        names.add(text);
      }
    });
    return names;
  }

  /** Reads {@code special_tokens_map.json}. */
  static Set<String> readMap(JsonParser parser, SourceFile file) throws IOException {
    Map<String, String> scalars = new HashMap<>();
    new JsonFields(file, parser).scalars("", scalars);
    return in(scalars);
  }
}
