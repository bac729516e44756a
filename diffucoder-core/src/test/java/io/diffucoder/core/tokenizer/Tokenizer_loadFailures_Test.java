package io.diffucoder.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.diffucoder.api.ModelLoadException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with the files, the error names the file and the place. */
class Tokenizer_loadFailures_Test {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void names_what_is_missing() {
    assertFails(InMemoryFiles.of("config.json", "{}"), "vocab.json", "missing", "tokenizer.json");
    assertFails(SmallTokenizer.vocabAndMerges().without("merges.txt"), "merges.txt", "missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "/normalizer; type; \"NFKC\"; normalizer.type is 'NFKC', needs 'NFC'",
        "/pre_tokenizer; type; \"ByteLevel\"; pre_tokenizer.type",
        "/pre_tokenizer/pretokenizers/0/pattern; Regex; \"\\\\w+\"; pattern.Regex is '\\w+'",
        "/pre_tokenizer/pretokenizers/0; behavior; \"Removed\"; pretokenizers[0].behavior",
        "/pre_tokenizer/pretokenizers/0; invert; true; pretokenizers[0].invert",
        "/pre_tokenizer/pretokenizers/1; add_prefix_space; true; add_prefix_space",
        "/pre_tokenizer/pretokenizers/1; use_regex; true; use_regex",
        "/decoder; type; \"Metaspace\"; decoder.type",
        "/model; type; \"Unigram\"; model.type is 'Unigram', needs 'BPE'",
        "/model; dropout; 0.1; model.dropout",
        "/model; byte_fallback; true; model.byte_fallback",
        "/model; ignore_merges; true; model.ignore_merges",
        "/model; end_of_word_suffix; \"</w>\"; model.end_of_word_suffix",
        "/model; merges; 7; model.merges is a whole number, needs an array",
        "/model; merges; [[\"a\"]]; model.merges[0][1] is nothing",
        "/model; merges; [[\"a\",\"b\",\"c\"]]; model.merges[0][2]",
        "/model; merges; [5]; model.merges[0] is a whole number",
        "/model; merges; [\"a  b\"]; model.merges 0 is 'a  b'",
        "/model; merges; [\"ab\"]; needs two tokens and a space",
        "/model; merges; [\"a b\", \"a b\"]; merge 1, 'a' and 'b', is there twice",
        "/model; merges; [\"a zz\"]; merge 0 needs the token 'azz'",
        "/model; vocab; []; model.vocab is an array",
        "/model; vocab; {\"a\": 1}; no token",
        "/model/vocab; ab; \"256\"; the id of token 'ab' is a string, needs to be 0 to 999999",
        "/model/vocab; ab; -1; 'ab' is -1",
        "/model/vocab; ab; 1000000; 'ab' is 1000000",
        "/model/vocab; ab; 99999999999999999999999; 'ab' is 99999999999999999999999",
        "/model/vocab; ab; 1.5; 'ab' is a fraction",
        "/model/vocab; ab; 3; id 3 has two tokens",
        "/model/vocab; a b; 900; has the character U+0020",
        "/model/vocab; xy; 257; control token '<|end|>' with id 257",
        "/added_tokens/0; id; 3; control token '<|end|>' with id 3",
        "/added_tokens/0; id; \"257\"; added_tokens[0].id is a string",
        "/added_tokens/0; content; \"\"; added_tokens[0] needs an id and a content",
        "/added_tokens/0; content; null; added_tokens[0].content is null",
        "/added_tokens/0; lstrip; true; added_tokens[0].lstrip is true",
        "/added_tokens/0; special; \"yes\"; added_tokens[0].special is a string",
      })
  void names_the_value_that_does_not_fit(String at, String name, String value, String message)
      throws IOException {
    ObjectNode json = SmallTokenizer.json();
    ((ObjectNode) json.at(at)).set(name, JSON.readTree(value));

    assertFails(SmallTokenizer.files(json), "tokenizer.json", message);
  }

  @Test
  void refuses_steps_that_it_does_not_take() throws IOException {
    ObjectNode json = SmallTokenizer.json();
    ((ArrayNode) json.at("/pre_tokenizer/pretokenizers"))
        .add(JSON.readTree("{\"type\":\"Digits\"}"));
    assertFails(SmallTokenizer.files(json), "pretokenizers[2].type is 'Digits'");

    json = SmallTokenizer.json();
    json.set("post_processor", JSON.readTree("{\"type\": \"TemplateProcessing\"}"));
    assertFails(SmallTokenizer.files(json), "post_processor.type is 'TemplateProcessing'");

    json = SmallTokenizer.json();
    json.remove("normalizer");
    assertFails(SmallTokenizer.files(json), "normalizer.type is 'null', needs 'NFC'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "7", "[]", "nothing", "{", "{\"model\"", "{\"a\": 1, \"a\": 2}"})
  void names_a_file_that_is_no_json_object(String content) {
    assertFails(InMemoryFiles.of("tokenizer.json", content), "tokenizer.json");
  }

  @Test
  void refuses_a_file_that_is_cut_off_anywhere() {
    String json = SmallTokenizer.json().toString();
    for (int length = 0; length < json.length(); length += 97) {
      assertFails(InMemoryFiles.of("tokenizer.json", json.substring(0, length)), "tokenizer.json");
    }
    assertFails(InMemoryFiles.of("tokenizer.json", json + "{}"), "goes on after the end");
  }

  @Test
  void refuses_duplicate_keys_and_tokens() {
    assertFails(
        SmallTokenizer.vocabAndMerges().with("vocab.json", "{\"a\": 1, \"b\": 2, \"a\": 3}"),
        "vocab.json",
        "Duplicate",
        "line 1");
  }

  @Test
  void refuses_text_that_is_not_utf8() {
    byte[] latin1 = "{\"é\": 1}".getBytes(StandardCharsets.ISO_8859_1);

    assertFails(SmallTokenizer.vocabAndMerges().with("vocab.json", latin1), "vocab.json", "UTF-8");
    assertFails(
        SmallTokenizer.vocabAndMerges().with("merges.txt", new byte[] {'a', ' ', (byte) 0xFF}),
        "merges.txt",
        "UTF-8");
  }

  @Test
  void names_the_line_of_a_bad_merge() {
    InMemoryFiles files = SmallTokenizer.vocabAndMerges();

    assertFails(files.with("merges.txt", "#version: 0.2\na b\nabc\n"), "merges.txt: line 3");
    assertFails(files.with("merges.txt", "a b\na c\n"), "merges.txt", "merge 1", "'ac'");
  }

  @Test
  void refuses_control_tokens_that_contradict_each_other() {
    InMemoryFiles files = SmallTokenizer.vocabAndMerges();

    assertFails(
        files.with("added_tokens.json", "{\"x\": 257, \"y\": 257}"), "added_tokens.json", "257");
    assertFails(files.with("added_tokens.json", "{\"ab\": 300}"), "added_tokens.json", "'ab'");
    assertFails(files.with("added_tokens.json", "{\"\": 300}"), "added_tokens.json", "empty");
    assertFails(
        files.with(
            "tokenizer_config.json",
            "{\"added_tokens_decoder\": {\"300\": {\"content\": \"<|end|>\"}}}"),
        "tokenizer_config.json",
        "'<|end|>'");
    assertFails(
        files.with("tokenizer_config.json", "{\"added_tokens_decoder\": {\"x\": {}}}"),
        "added_tokens_decoder.x is not a token id");
  }

  @Test
  void refuses_deeply_nested_files_files_of_many_values_and_endless_files() {
    assertFails(InMemoryFiles.of("tokenizer.json", "{\"a\":" + "[".repeat(100_000)), "nesting");
    assertFails(
        InMemoryFiles.of("tokenizer.json", "{\"a\": [" + "1,".repeat(20_000) + "1]}"),
        "more than 10000 values");
    assertFails(endless("{\"a\": [ ", ' '), "larger than 67108864 bytes");
    assertFails(endless("{\"a\": \"", 'x'), "tokenizer.json");
  }

  @Test
  void keeps_the_cause_of_a_file_that_cannot_be_read() {
    TokenizerFiles broken =
        name -> {
          throw new IOException("disk on fire");
        };

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> Tokenizer.load(broken))
        .withMessage("tokenizer.json: cannot be read: disk on fire")
        .withCauseInstanceOf(IOException.class);
  }

  private static TokenizerFiles endless(String beginning, char forever) {
    InputStream first = new ByteArrayInputStream(beginning.getBytes(StandardCharsets.UTF_8));
    InputStream rest =
        new InputStream() {
          @Override
          public int read() {
            return forever;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            Arrays.fill(bytes, offset, offset + length, (byte) forever);
            return length;
          }
        };
    return name -> Optional.of(new SequenceInputStream(first, rest));
  }

  private static void assertFails(TokenizerFiles files, String... parts) {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> Tokenizer.load(files))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }
}
