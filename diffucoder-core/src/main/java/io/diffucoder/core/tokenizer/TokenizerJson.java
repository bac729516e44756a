package io.diffucoder.core.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code tokenizer.json} in one pass, and refuses one that asks for anything but what {@link
 * Tokenizer} does: another normalizer, pre-tokenizer or model would give other ids, silently.
 */
final class TokenizerJson {

  /** What a value must be: the first is the usual one. A missing value counts as null. */
  private record Rule(String path, List<String> accepted) {
    Rule(String path, String... accepted) {
      this(path, List.of(accepted));
    }
  }

  private static final String NULL = "null";

  private static final List<Rule> RULES =
      List.of(
          new Rule("normalizer.type", "NFC"),
          new Rule("pre_tokenizer.type", "Sequence"),
          new Rule("pre_tokenizer.pretokenizers[0].type", "Split"),
          new Rule("pre_tokenizer.pretokenizers[0].pattern.Regex", PreTokenizer.REGEX),
          new Rule("pre_tokenizer.pretokenizers[0].behavior", "Isolated"),
          new Rule("pre_tokenizer.pretokenizers[0].invert", "false"),
          new Rule("pre_tokenizer.pretokenizers[1].type", "ByteLevel"),
          new Rule("pre_tokenizer.pretokenizers[1].add_prefix_space", "false"),
          new Rule("pre_tokenizer.pretokenizers[1].use_regex", "false"),
          new Rule("pre_tokenizer.pretokenizers[2].type", NULL),
          new Rule("post_processor.type", "ByteLevel", NULL),
          new Rule("decoder.type", "ByteLevel"),
          new Rule("model.type", "BPE"),
          new Rule("model.dropout", NULL, "0", "0.0"),
          new Rule("model.continuing_subword_prefix", "", NULL),
          new Rule("model.end_of_word_suffix", "", NULL),
          new Rule("model.byte_fallback", "false", NULL),
          new Rule("model.ignore_merges", "false", NULL));

  private final SourceFile file;
  private final Map<String, String> scalars = new HashMap<>();
  private Map<String, Integer> vocabulary = Map.of();
  private final List<Merge> merges = new ArrayList<>();
  private final List<ControlToken> controls = new ArrayList<>();

  private TokenizerJson(SourceFile file) {
    this.file = file;
  }

  /** Reads the file's object, on whose beginning the parser stands. */
  static TokenizerModel read(JsonParser parser, SourceFile file) throws IOException {
    TokenizerJson json = new TokenizerJson(file);
    json.readTop(parser);
    json.checkRules();
    return new TokenizerModel(json.vocabulary, file, json.merges, file, json.controls);
  }

  private void readTop(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "added_tokens" -> AddedToken.readList(file, parser, controls);
        case "model" -> readModel(parser);
        default -> new JsonFields(file, parser).scalars(name, scalars);
      }
    }
  }

  private void readModel(JsonParser parser) throws IOException {
    JsonFields fields = new JsonFields(file, parser);
    fields.require(JsonToken.START_OBJECT, "model", "an object");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String path = "model." + parser.currentName();
      parser.nextToken();
      switch (path) {
        case "model.vocab" -> vocabulary = fields.idsByToken(path);
        case "model.merges" -> fields.merges(path, merges);
        default -> fields.scalars(path, scalars);
      }
    }
  }

  private void checkRules() {
    for (Rule rule : RULES) {
      String seen = scalars.getOrDefault(rule.path(), NULL);
      if (!rule.accepted().contains(seen)) {
        throw file.error(
            "%s is '%s', needs '%s'; only tokenizers of the Qwen2 kind are supported"
                .formatted(rule.path(), seen, rule.accepted().getFirst()));
      }
    }
  }
}
