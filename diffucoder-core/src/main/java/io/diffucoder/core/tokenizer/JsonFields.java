package io.diffucoder.core.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.diffucoder.api.ModelLoadException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the values that tokenizer files are made of, each checked where it stands. */
final class JsonFields {
  /** The most tokens of a vocabulary, and one more than the largest id. */
  static final int MAX_TOKENS = 1_000_000;

  private static final int MAX_SCALARS = 10_000;

  private final SourceFile file;
  private final JsonParser parser;

  /** Reads from a parser of the file. */
  JsonFields(SourceFile file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /** An object of token → id, distinct tokens by the parser's strictness. */
  Map<String, Integer> idsByToken(String path) throws IOException {
    require(JsonToken.START_OBJECT, path, "an object of token: id");
    Map<String, Integer> ids = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String token = parser.currentName();
      parser.nextToken();
      if (!isId()) {
        throw noId("the id of token '" + MergesTxt.excerpt(token) + "'");
      }
      ids.put(token, parser.getIntValue());
      if (ids.size() > MAX_TOKENS) {
        throw file.error("%s has more than %d tokens".formatted(path, MAX_TOKENS));
      }
    }
    return ids;
  }

  /** A token id: 0 … {@link #MAX_TOKENS} − 1. */
  int id(String path) throws IOException {
    if (!isId()) {
      throw noId(path);
    }
    return parser.getIntValue();
  }

  /** A token id that is an object's key. */
  int parseId(String digits, String path) {
    if (!digits.matches("[0-9]{1,6}")) {
      throw file.error("%s is not a token id of 0 to %d".formatted(path, MAX_TOKENS - 1));
    }
    return Integer.parseInt(digits);
  }

  private boolean isId() throws IOException {
    return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() == JsonParser.NumberType.INT
        && parser.getIntValue() >= 0
        && parser.getIntValue() < MAX_TOKENS;
  }

  private ModelLoadException noId(String path) throws IOException {
    JsonToken token = parser.currentToken();
    String seen = token == JsonToken.VALUE_NUMBER_INT ? parser.getText() : kind(token);
    return file.error(
        "%s is %s, needs to be 0 to %d".formatted(path, MergesTxt.excerpt(seen), MAX_TOKENS - 1));
  }

  /** A list of merges, {@code "a b"} or {@code ["a", "b"]}. */
  void merges(String path, List<Merge> into) throws IOException {
    require(JsonToken.START_ARRAY, path, "an array of merges");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      int number = into.size();
      into.add(
          parser.currentToken() == JsonToken.VALUE_STRING
              ? MergesTxt.parse(parser.getText(), path, number, file)
              : mergeOfTwo(path + "[" + number + "]"));
      MergesTxt.checkCount(into, file);
    }
  }

  private Merge mergeOfTwo(String path) throws IOException {
    require(JsonToken.START_ARRAY, path, "two tokens, as a string or an array");
    parser.nextToken();
    String left = text(path + "[0]");
    parser.nextToken();
    String right = text(path + "[1]");
    parser.nextToken();
    require(JsonToken.END_ARRAY, path + "[2]", "to be absent: a merge is of two tokens");
    return new Merge(left, right);
  }

  /** A string. */
  String text(String path) throws IOException {
    require(JsonToken.VALUE_STRING, path, "a string");
    return parser.getText();
  }

  /** True or false. */
  boolean truth(String path) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_FALSE) {
      require(JsonToken.VALUE_TRUE, path, "true or false");
    }
    return parser.getBooleanValue();
  }

  /** Adds all scalars within the current value, by their path and as text. */
  void scalars(String path, Map<String, String> into) throws IOException {
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          scalars(path.isEmpty() ? name : path + "." + name, into);
        }
      }
      case START_ARRAY -> {
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
          scalars(path + "[" + i + "]", into);
        }
      }
      case null -> throw file.error(path + " is missing: the file ends before it");
      default -> {
        into.put(path, parser.getText());
        if (into.size() > MAX_SCALARS) {
          throw file.error("more than %d values up to %s".formatted(MAX_SCALARS, path));
        }
      }
    }
  }

  /** Fails unless the parser stands on such a token. */
  void require(JsonToken needed, String path, String what) {
    JsonToken seen = parser.currentToken();
    if (seen != needed) {
      throw file.error("%s is %s, needs %s".formatted(path, kind(seen), what));
    }
  }

  private static String kind(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT -> "a whole number";
      case VALUE_NUMBER_FLOAT -> "a fraction";
      case VALUE_TRUE, VALUE_FALSE -> "a truth value";
      case VALUE_NULL -> "null";
      case null, default -> "nothing";
    };
  }
}
