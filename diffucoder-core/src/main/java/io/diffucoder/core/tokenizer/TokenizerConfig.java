package io.diffucoder.core.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code tokenizer_config.json} says about control tokens; the rest of it is of no concern.
 *
 * @param controls those that it defines
 * @param specialNames those that it names as special
 */
record TokenizerConfig(List<ControlToken> controls, Set<String> specialNames) {

  static TokenizerConfig read(JsonParser parser, SourceFile file) throws IOException {
    List<ControlToken> controls = new ArrayList<>();
    Map<String, String> scalars = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (name.equals("added_tokens_decoder")) {
        AddedToken.readById(file, parser, controls);
      } else {
        new JsonFields(file, parser).scalars(name, scalars);
      }
    }
    return new TokenizerConfig(controls, SpecialNames.in(scalars));
  }
}
