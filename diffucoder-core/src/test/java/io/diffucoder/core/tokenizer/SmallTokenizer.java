package io.diffucoder.core.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;

/** The smallest complete tokenizer: 256 bytes, {@code ab} and {@code <|end|>}, to be spoilt. */
final class SmallTokenizer {
  static final int AB = 256;
  static final int END = 257;

  private static final ObjectMapper JSON = new ObjectMapper();

  private SmallTokenizer() {}

  /** A fresh {@code tokenizer.json}. */
  static ObjectNode json() {
    try {
      ObjectNode json =
          (ObjectNode)
              JSON.readTree(
                  """
                  {"version": "1.0", "truncation": null,
                   "added_tokens": [{"id": 257, "content": "<|end|>", "special": true,
                     "single_word": false, "lstrip": false, "rstrip": false, "normalized": false}],
                   "normalizer": {"type": "NFC"},
                   "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                     {"type": "Split", "pattern": {}, "behavior": "Isolated", "invert": false},
                     {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]},
                   "post_processor": null,
                   "decoder": {"type": "ByteLevel"},
                   "model": {"type": "BPE", "merges": ["a b"], "vocab": {"ab": 256}}}
                  """);
      ((ObjectNode) json.at("/pre_tokenizer/pretokenizers/0/pattern"))
          .put("Regex", PreTokenizer.REGEX);
      for (int value = 0; value < 256; value++) {
        vocabulary(json).put(String.valueOf(ByteAlphabet.charOf(value)), value);
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode vocabulary(ObjectNode json) {
    return (ObjectNode) json.at("/model/vocab");
  }

  static InMemoryFiles files(ObjectNode json) {
    return InMemoryFiles.of("tokenizer.json", json.toString());
  }

  /** The same as {@code vocab.json}, {@code merges.txt} and {@code added_tokens.json}. */
  static InMemoryFiles vocabAndMerges() {
    return InMemoryFiles.of("vocab.json", vocabulary(json()).toString())
        .with("merges.txt", "#version: 0.2\na b\n")
        .with("added_tokens.json", "{\"<|end|>\": 257}");
  }
}
