package io.diffucoder.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pieces that Python's regex module cuts with the same expression. */
class PreTokenizerTest {

  @Test
  void cuts_words_digits_punctuation_and_space() {
    assertThat(pieces("def f2(x):\n    return x+10"))
        .containsExactly("def", " f", "2", "(x", "):\n", "   ", " return", " x", "+", "1", "0");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x85, 0xA0, 0x1680, 0x2003, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000})
  void takes_unicodes_white_space_for_space(int codePoint) {
    String space = Character.toString(codePoint);

    assertThat(pieces("!" + space + "!")).containsExactly("!", space, "!");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x1C, 0x1D, 0x1E, 0x1F, 0x180E, 0x200B, 0x200D, 0xFEFF})
  void takes_separators_and_joiners_that_are_no_white_space_for_punctuation(int codePoint) {
    String text = "!" + Character.toString(codePoint) + "!";

    assertThat(pieces(text)).containsExactly(text);
  }

  @Test
  void leaves_the_last_space_of_a_run_to_the_next_word() {
    assertThat(pieces("a   b  \t ")).containsExactly("a", "  ", " b", "  \t ");
    assertThat(pieces(" \n \n  c")).containsExactly(" \n \n", " ", " c");
    assertThat(pieces("\u00A0\u00A0c")).containsExactly("\u00A0", "\u00A0c");
  }

  @Test
  void cuts_contractions_off_in_either_case() {
    assertThat(pieces("It's I'LL you'Ve !'d"))
        .containsExactly("It", "'s", " I", "'LL", " you", "'Ve", " !'", "d");
    assertThat(pieces("'sing")).containsExactly("'s", "ing");
    assertThat(pieces("'\u017Fing")).as("long s folds to s").containsExactly("'\u017F", "ing");
    assertThat(pieces("’sing")).as("no apostrophe").containsExactly("’sing");
  }

  @Test
  void counts_marks_as_neither_letters_nor_digits() {
    assertThat(pieces("a\u0323b")).containsExactly("a", "\u0323b");
    assertThat(pieces("क़ि")).containsExactly("क", "़ि");
  }

  @Test
  void takes_numbers_of_all_scripts_one_by_one_and_letters_beyond_the_bmp_as_letters() {
    assertThat(pieces("٣५Ⅷ²½一")).containsExactly("٣", "५", "Ⅷ", "²", "½", "一");
    assertThat(pieces("𝒳𠀀x")).containsExactly("𝒳𠀀x");
    assertThat(pieces("👩‍💻 ok")).containsExactly("👩‍💻", " ok");
  }

  private static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    PreTokenizer.split(text, pieces::add);
    return pieces;
  }
}
