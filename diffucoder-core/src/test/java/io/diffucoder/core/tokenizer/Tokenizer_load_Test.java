package io.diffucoder.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.diffucoder.core.files.ModelFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files a tokenizer is made of, and how they add up. */
class Tokenizer_load_Test {

  @Test
  void reads_tokenizer_json() {
    Tokenizer tokenizer = Tokenizer.load(SmallTokenizer.files(SmallTokenizer.json()));

    assertThat(tokenizer.encodeWithControlTokens("abb<|end|>"))
        .containsExactly(SmallTokenizer.AB, 'b', SmallTokenizer.END);
    assertThat(tokenizer.size()).isEqualTo(258);
  }

  @Test
  void reads_a_directory(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), SmallTokenizer.json().toString());

    try (ModelFiles files = ModelFiles.of(directory)) {
      assertThat(Tokenizer.load(files).size()).isEqualTo(258);
    }
  }

  @Test
  void reads_merges_that_are_pairs() {
    ObjectNode json = SmallTokenizer.json();
    ArrayNode merges = (ArrayNode) json.at("/model/merges");
    merges.removeAll().addArray().add("a").add("b");

    assertThat(Tokenizer.load(SmallTokenizer.files(json)).encode("ab"))
        .containsExactly(SmallTokenizer.AB);
  }

  @Test
  void reads_merges_before_the_vocabulary_and_the_other_way_round() {
    ObjectNode json = SmallTokenizer.json();
    ObjectNode model = (ObjectNode) json.get("model");
    model.set("merges", model.remove("merges"));

    assertThat(model.fieldNames()).toIterable().containsExactly("type", "vocab", "merges");
    assertThat(Tokenizer.load(SmallTokenizer.files(json)).encode("ab"))
        .containsExactly(SmallTokenizer.AB);
  }

  @Test
  void reads_vocabulary_and_merges_with_either_line_end_with_and_without_version() {
    InMemoryFiles files = SmallTokenizer.vocabAndMerges();

    for (String merges : new String[] {"#version: 0.2\r\na b\r\n\r\n", "a b", "\na b\n"}) {
      assertThat(Tokenizer.load(files.with("merges.txt", merges)).encode("ab"))
          .containsExactly(SmallTokenizer.AB);
    }
  }

  @Test
  void reads_a_first_merge_that_begins_with_a_hash() {
    InMemoryFiles files =
        SmallTokenizer.vocabAndMerges()
            .with(
                "vocab.json",
                SmallTokenizer.vocabulary(SmallTokenizer.json()).put("##", 300).toString())
            .with("merges.txt", "# #\n");

    assertThat(Tokenizer.load(files).encode("##")).containsExactly(300);
  }

  @Test
  void prefers_tokenizer_json_and_adds_control_tokens_of_the_other_files() {
    InMemoryFiles files =
        SmallTokenizer.files(SmallTokenizer.json())
            .with("vocab.json", "not read")
            .with("added_tokens.json", "{\"<|end|>\": 257, \"<|mask|>\": 260}")
            .with(
                "tokenizer_config.json",
                "{\"mask_token\": \"<|mask|>\", \"model_max_length\": 1e30, \"added_tokens_decoder\":"
                    + " {\"260\": {\"content\": \"<|mask|>\", \"special\": true},"
                    + " \"261\": {\"content\": \"<pad>\"}}}");

    Tokenizer tokenizer = Tokenizer.load(files);

    assertThat(tokenizer.encodeWithControlTokens("<|mask|><pad>")).containsExactly(260, 261);
    assertThat(tokenizer.decodeSkippingSpecial(260, 257, 261)).isEqualTo("<pad>");
    assertThat(tokenizer.undefinedIds(262).size()).isEqualTo(2);
  }

  @Test
  void takes_all_control_tokens_for_special_if_no_file_says() {
    Tokenizer tokenizer = Tokenizer.load(SmallTokenizer.vocabAndMerges());

    assertThat(tokenizer.isSpecial(SmallTokenizer.END)).isTrue();
  }

  @Test
  void takes_only_named_tokens_for_special_if_special_tokens_map_names_them() {
    InMemoryFiles files =
        SmallTokenizer.vocabAndMerges()
            .with("added_tokens.json", "{\"<|end|>\": 257, \"<|start|>\": 258, \"<|m|>\": 259}")
            .with("tokenizer_config.json", "{\"bos_token\": \"<|start|>\"}")
            .with(
                "special_tokens_map.json",
                "{\"eos_token\": {\"content\": \"<|end|>\", \"lstrip\": false},"
                    + " \"additional_special_tokens\": [\"<|m|>\"]}");

    Tokenizer tokenizer = Tokenizer.load(files);

    assertThat(tokenizer.decodeSkippingSpecial(257, 258, 259)).isEqualTo("<|start|>");
  }

  @Test
  void finds_the_longest_control_token() {
    InMemoryFiles files =
        SmallTokenizer.vocabAndMerges()
            .with("added_tokens.json", "{\"<|e\": 257, \"<|end|>\": 258, \"<|end\": 259}");

    assertThat(Tokenizer.load(files).encodeWithControlTokens("<<|end|><|end<|e<|"))
        .containsExactly('<', 258, 259, 257, '<', '|');
  }

  @Test
  void reads_names_beyond_ascii() {
    InMemoryFiles files =
        SmallTokenizer.vocabAndMerges()
            .with("added_tokens.json", "{\"《结束》\": 257}".getBytes(StandardCharsets.UTF_8));

    assertThat(Tokenizer.load(files).decode(257)).isEqualTo("《结束》");
  }
}
