package io.diffucoder.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.diffucoder.core.files.QwenGguf;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every line of the golden file, which Hugging Face's tokenizers made, through all layouts. */
class Tokenizer_golden_Test {
  enum Layout {
    TOKENIZER_JSON,
    VOCAB_AND_MERGES,
    GGUF;

    Tokenizer load() {
      return switch (this) {
        case TOKENIZER_JSON -> QwenFiles.tokenizer();
        case VOCAB_AND_MERGES -> QwenFiles.tokenizerOfVocabAndMerges();
        case GGUF -> QwenGguf.tokenizer();
      };
    }
  }

  record Line(String text, int[] ids, String decoded, String decodedSkippingSpecial) {
    static Line of(JsonNode json) {
      JsonNode ids = json.get("ids");
      return new Line(
          json.get("text").asText(),
          IntStream.range(0, ids.size()).map(i -> ids.get(i).asInt()).toArray(),
          json.get("decoded").asText(),
          json.get("decoded_skip_special").asText());
    }
  }

  @ParameterizedTest
  @EnumSource
  void encodes_and_decodes_every_golden_line(Layout layout) throws IOException {
    Tokenizer tokenizer = layout.load();
    List<Line> lines = golden();

    assertThat(lines).hasSize(292);
    for (Line line : lines) {
      assertThat(tokenizer.encodeWithControlTokens(line.text()))
          .as(line.text())
          .containsExactly(line.ids());
      assertThat(tokenizer.decode(line.ids())).isEqualTo(line.decoded());
      assertThat(tokenizer.decodeSkippingSpecial(line.ids()))
          .isEqualTo(line.decodedSkippingSpecial());
    }
  }

  @ParameterizedTest
  @EnumSource
  void knows_diffucoders_ids(Layout layout) {
    Tokenizer tokenizer = layout.load();

    assertThat(tokenizer.idOf("<|endoftext|>")).hasValue(151643);
    assertThat(tokenizer.idOf("<|mask|>")).hasValue(151666);
    assertThat(tokenizer.idOf("<|dlm_pad|>")).hasValue(151667);
    assertThat(tokenizer.size()).isEqualTo(151668);
    assertThat(tokenizer.undefinedIds(152064).size()).isEqualTo(396);
  }

  private static List<Line> golden() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Line> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    Tokenizer_golden_Test.class.getResourceAsStream("tokenizer-golden.jsonl")),
                StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(Line.of(json.readTree(line)));
      }
    }
    return lines;
  }
}
