package io.diffucoder.core.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.diffucoder.core.tokenizer.ControlToken.Skip;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;

/**
 * Reads an added token as {@code tokenizer.json} and {@code tokenizer_config.json} write it: an
 * object with its content, whether it is special, and flags that this tokenizer does without.
 */
final class AddedToken {
  private static final int UNKNOWN = -1;

  private final SourceFile file;
  private final JsonFields fields;
  private final String path;
  private int id;
  private String content = "";
  private Skip skip = Skip.SHOWN;

  private AddedToken(SourceFile file, JsonFields fields, String path, int id) {
    this.file = file;
    this.fields = fields;
    this.path = path;
    this.id = id;
  }

  /** The list {@code added_tokens} of {@code tokenizer.json}. */
  static void readList(SourceFile file, JsonParser parser, List<ControlToken> into)
      throws IOException {
    JsonFields fields = new JsonFields(file, parser);
    fields.require(JsonToken.START_ARRAY, "added_tokens", "an array");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String path = "added_tokens[" + into.size() + "]";
      into.add(new AddedToken(file, fields, path, UNKNOWN).read(parser));
    }
  }

  /** The object {@code added_tokens_decoder} of {@code tokenizer_config.json}, keyed by id. */
  static void readById(SourceFile file, JsonParser parser, List<ControlToken> into)
      throws IOException {
    JsonFields fields = new JsonFields(file, parser);
    fields.require(JsonToken.START_OBJECT, "added_tokens_decoder", "an object");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String path = "added_tokens_decoder." + parser.currentName();
      int id = fields.parseId(parser.currentName(), path);
      parser.nextToken();
      into.add(new AddedToken(file, fields, path, id).read(parser));
    }
  }

  private ControlToken read(JsonParser parser) throws IOException {
    fields.require(JsonToken.START_OBJECT, path, "an object");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      readField(name, path + "." + name);
    }
    if (id == UNKNOWN || content.isEmpty()) {
      throw file.error(path + " needs an id and a content that is not empty");
    }
    return new ControlToken(content, id, skip);
  }

  private void readField(String name, String fieldPath) throws IOException {
    switch (name) {
      case "id" -> id = fields.id(fieldPath);
      case "content" -> content = fields.text(fieldPath);
      case "special" -> skip = fields.truth(fieldPath) ? Skip.SKIPPED : Skip.SHOWN;
      case "single_word", "lstrip", "rstrip" -> {
        if (fields.truth(fieldPath)) {
          throw file.error(fieldPath + " is true, only false is supported");
        }
      }
      default -> fields.scalars(fieldPath, new HashMap<>());
    }
  }
}
