package io.diffucoder.core.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/** DiffuCoder's tokenizer: Qwen2.5's with three more control tokens, in both file layouts. */
public final class QwenFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DIFFUSION_TOKENS =
      "{\"<|beginoftext|>\": 151665, \"<|mask|>\": 151666, \"<|dlm_pad|>\": 151667}";
  private static final String ALPHABET =
      IntStream.range(0, 256)
          .mapToObj(value -> String.valueOf(ByteAlphabet.charOf(value)))
          .collect(Collectors.joining());
  private static final InMemoryFiles TOKENIZER_JSON = readTokenizerJson();

  private static final class Loaded {
    private static final Tokenizer TOKENIZER = Tokenizer.load(TOKENIZER_JSON);
  }

  private static final class LoadedFromVocabAndMerges {
    private static final Tokenizer TOKENIZER = Tokenizer.load(vocabAndMerges());
  }

  private QwenFiles() {}

  /** Qwen2.5's {@code tokenizer.json}, which lacks DiffuCoder's own tokens. */
  public static JsonNode tokenizerJson() {
    try {
      return JSON.readTree(TOKENIZER_JSON.contents().get("tokenizer.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code tokenizer.json} with DiffuCoder's tokens in {@code added_tokens.json}, loaded once. */
  public static Tokenizer tokenizer() {
    return Loaded.TOKENIZER;
  }

  /** The same tokenizer from {@code vocab.json}, {@code merges.txt} and so on, loaded once. */
  static Tokenizer tokenizerOfVocabAndMerges() {
    return LoadedFromVocabAndMerges.TOKENIZER;
  }

  /** The token of one byte of {@link #tokenizer()}: in Qwen's vocabulary the alphabet's order. */
  public static int idOfByte(int value) {
    char spelling = ByteAlphabet.charOf(value);
    return (int) ALPHABET.chars().filter(c -> c < spelling).count();
  }

  /** DiffuCoder's own layout. */
  private static InMemoryFiles vocabAndMerges() {
    try {
      JsonNode json = tokenizerJson();
      StringBuilder merges = new StringBuilder("#version: 0.2\n");
      json.at("/model/merges").forEach(merge -> merges.append(merge.asText()).append('\n'));
      ObjectNode added = (ObjectNode) JSON.readTree(DIFFUSION_TOKENS);
      ArrayNode special = JSON.createArrayNode();
      added.fieldNames().forEachRemaining(special::add);
      for (JsonNode token : json.get("added_tokens")) {
        added.put(token.get("content").asText(), token.get("id").asInt());
        if (token.get("special").asBoolean()) {
          special.add(token.get("content").asText());
        }
      }
      return InMemoryFiles.of("merges.txt", merges.toString())
          .with("vocab.json", json.at("/model/vocab").toString())
          .with("added_tokens.json", added.toString())
          .with(
              "special_tokens_map.json",
              JSON.createObjectNode().set("additional_special_tokens", special).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InMemoryFiles readTokenizerJson() {
    try (InputStream gzip =
        new GZIPInputStream(
            Objects.requireNonNull(
                QwenFiles.class.getResourceAsStream("qwen2.5/tokenizer.json.gz")))) {
      return InMemoryFiles.of("added_tokens.json", DIFFUSION_TOKENS)
          .with(
              "special_tokens_map.json",
              "{\"bos_token\": \"<|beginoftext|>\", \"mask_token\": {\"content\": \"<|mask|>\"},"
                  + " \"pad_token\": \"<|dlm_pad|>\"}")
          .with("tokenizer.json", gzip.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
