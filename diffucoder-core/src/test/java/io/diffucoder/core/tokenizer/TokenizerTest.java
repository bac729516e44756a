package io.diffucoder.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.diffucoder.spi.TokenSet;
import java.text.Normalizer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  private static final int MASK = 151666;
  private static final int IM_END = 151645;
  private static final int IM_START = 151644;

  private final Tokenizer tokenizer = QwenFiles.tokenizer();

  @Test
  void encodes_the_references_own_examples() {
    assertThat(tokenizer.encode("Hello world")).containsExactly(9707, 1879);
    assertThat(tokenizer.encode(" Hello world")).containsExactly(21927, 1879);
    assertThat(tokenizer.encode("")).isEmpty();
  }

  @Test
  void encodes_control_tokens_in_plain_text_as_ordinary_characters() {
    int[] ids = tokenizer.encode("a<|im_end|>b<|mask|><tool_call>");

    assertThat(ids).doesNotContain(IM_END, MASK, 151657);
    assertThat(tokenizer.decode(ids)).isEqualTo("a<|im_end|>b<|mask|><tool_call>");
  }

  @Test
  void normalizes_before_it_looks_for_control_tokens_as_the_reference_does() {
    // '>' and U+0338 compose to U+226F, so nothing is left that ends the control token
    assertThat(tokenizer.encodeWithControlTokens("<|mask|>\u0338")).doesNotContain(MASK);
    assertThat(tokenizer.encodeWithControlTokens("<|mask|>\u0301"))
        .startsWith(MASK)
        .isEqualTo(new int[] {MASK, 53839});
  }

  @Test
  void takes_an_unpaired_surrogate_for_a_replacement_character() {
    int[] replacement = tokenizer.encode("a\uFFFDb");

    assertThat(tokenizer.encode("a\uD83Db")).isEqualTo(replacement);
    assertThat(tokenizer.encode("a\uDE00b")).isEqualTo(replacement);
    assertThat(tokenizer.decode(tokenizer.encode("\uDE00\uD83D"))).isEqualTo("\uFFFD\uFFFD");
    assertThat(tokenizer.decode(tokenizer.encode("\uD83D\uDE00"))).isEqualTo("\uD83D\uDE00");
  }

  /** The line breaks that AdaBlock-dLLM names for this tokenizer are among them. */
  @Test
  void line_breaks_are_the_ids_whose_text_holds_a_line_feed() {
    assertThat(List.of(198, 271, 382, 624)).allMatch(tokenizer.lineBreaks()::contains);
    assertThat(tokenizer.lineBreaks().contains(9707)).isFalse();
  }

  @Test
  void decodes_a_character_that_is_spread_over_tokens() {
    int[] ids = byteTokens(0xF0, 0x9F, 0x98, 0x80);

    assertThat(tokenizer.decode(ids)).isEqualTo("😀");
  }

  @Test
  void replaces_both_sides_of_a_character_that_a_control_token_cuts() {
    int[] bytes = byteTokens(0xE2, 0x82, 0xAC);
    int[] ids = {bytes[0], bytes[1], IM_START, bytes[2]};

    assertThat(tokenizer.decode(ids)).isEqualTo("\uFFFD<|im_start|>\uFFFD");
    assertThat(tokenizer.decodeSkippingSpecial(ids)).isEqualTo("€");
  }

  @Test
  void shows_control_tokens_that_are_not_special_when_special_ones_are_skipped() {
    int[] ids = tokenizer.encodeWithControlTokens("<tool_call>x</tool_call><|im_end|>");

    assertThat(tokenizer.decodeSkippingSpecial(ids)).isEqualTo("<tool_call>x</tool_call>");
  }

  @Test
  void decodes_an_id_without_a_token_as_a_replacement_character() {
    assertThat(tokenizer.decode(9707, 151668, 2_000_000_000, 1879))
        .isEqualTo("Hello\uFFFD\uFFFD world");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer.decode(-1))
        .withMessageContaining("-1");
  }

  @Test
  void finds_tokens_by_text_and_texts_by_token() {
    assertThat(tokenizer.idOf(" world")).hasValue(1879);
    assertThat(tokenizer.tokenText(1879)).isEqualTo(" world");
    assertThat(tokenizer.tokenText(MASK)).isEqualTo("<|mask|>");
    assertThat(tokenizer.idOf("no such token")).isEmpty();
    assertThat(tokenizer.isControl(MASK)).isTrue();
    assertThat(tokenizer.isControl(1879)).isFalse();
    assertThat(tokenizer.isDefined(151668)).isFalse();
    assertThat(tokenizer.idLimit()).isEqualTo(151668);
    assertThat(tokenizer.undefinedIds(151670)).isEqualTo(TokenSet.of(151668, 151669));
    assertThat(tokenizer.undefinedIds(100)).isEqualTo(TokenSet.NONE);
  }

  @Test
  void returns_from_the_cache_what_the_caller_cannot_change() {
    int[] first = tokenizer.encode("quicksort");
    first[0] = -1;

    assertThat(tokenizer.encode("quicksort")).doesNotContain(-1);
  }

  @Test
  void decodes_what_it_encoded_to_form_c_of_the_text() {
    Random random = new Random(20_260_101);
    for (int round = 0; round < 3000; round++) {
      String text = randomText(random, random.nextInt(40));

      assertThat(tokenizer.decode(tokenizer.encode(text)))
          .isEqualTo(Normalizer.normalize(text, Normalizer.Form.NFC));
    }
  }

  @Test
  void gives_the_same_ids_to_many_threads() {
    List<String> texts =
        IntStream.range(0, 40_000).mapToObj(i -> "v" + Integer.toString(i, 36)).toList();

    List<int[]> parallel = texts.parallelStream().map(tokenizer::encode).toList();

    for (int i = 0; i < texts.size(); i++) {
      assertThat(tokenizer.decode(parallel.get(i))).isEqualTo(texts.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", " ", "<", "ab", "中文", "\u0301", "<|im_en", "\n ", "'", "\uD83D"})
  void encodes_a_million_characters_in_no_more_than_n_log_n(String unit) {
    String text = unit.repeat(1_000_000 / unit.length());

    // under a second on the machine this was written on; quadratic time would take hours
    int[] ids =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(20), () -> tokenizer.encodeWithControlTokens(text));

    assertThat(ids).isNotEmpty();
  }

  private int[] byteTokens(int... bytes) {
    return IntStream.of(bytes).map(QwenFiles::idOfByte).toArray();
  }

  private static String randomText(Random random, int length) {
    String marks = "\u0300\u0301\u0308\u0323\u0338\u093C\u1161\u11A8\u3099\u200D \n\t'";
    return IntStream.range(0, length)
        .map(i ->
            switch (random.nextInt(5)) {
              case 0 -> marks.charAt(random.nextInt(marks.length()));
              case 1 -> random.nextInt(0x80);
              case 2 -> random.nextInt(0xD800);
              case 3 -> 0xE000 + random.nextInt(0x2000);
              default -> 0x10000 + random.nextInt(0x100000);
            })
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
