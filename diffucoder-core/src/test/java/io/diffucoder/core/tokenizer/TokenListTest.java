package io.diffucoder.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.ModelLoadException;
import io.diffucoder.core.files.QwenGguf;
import io.diffucoder.core.tokenizer.TokenList.Kind;
import io.diffucoder.core.tokenizer.TokenList.Token;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A tokenizer as lists, both ways. */
class TokenListTest {
  private static final Tokenizer SMALL =
      Tokenizer.load(
          SmallTokenizer.vocabAndMerges()
              .with("added_tokens.json", "{\"<|end|>\": 257, \"<shown>\": 260}")
              .with("special_tokens_map.json", "{\"eos_token\": \"<|end|>\"}"));

  @Test
  void lists_every_id_up_to_the_last_token() {
    TokenList list = SMALL.toList();

    assertThat(list.tokens()).hasSize(261);
    assertThat(list.tokens().get('a')).isEqualTo(new Token("a", Kind.ORDINARY));
    assertThat(list.tokens().get(' ')).isEqualTo(new Token("\u0120", Kind.ORDINARY));
    assertThat(list.tokens().subList(256, 261))
        .containsExactly(
            new Token("ab", Kind.ORDINARY),
            new Token("<|end|>", Kind.SPECIAL),
            new Token("", Kind.UNUSED),
            new Token("", Kind.UNUSED),
            new Token("<shown>", Kind.SHOWN));
    assertThat(list.merges()).containsExactly("a b");
  }

  @Test
  void makes_the_same_tokenizer_again() {
    Tokenizer again = Tokenizer.of(SMALL.toList(), "x");

    assertThat(again.toList()).isEqualTo(SMALL.toList());
    assertThat(again.encodeWithControlTokens("aab<|end|><shown>"))
        .containsExactly('a', 256, 257, 260);
    assertThat(again.decodeSkippingSpecial(256, 257, 260)).isEqualTo("ab<shown>");
    assertThat(again.size()).isEqualTo(SMALL.size());
  }

  @Test
  void lists_the_whole_tokenizer_of_diffucoder_the_same_from_either_source() {
    assertThat(QwenFiles.tokenizer().toList()).isEqualTo(QwenGguf.tokenizer().toList());
  }

  @Test
  void names_the_file_and_the_token_that_is_there_twice() {
    List<Token> tokens = new ArrayList<>(SMALL.toList().tokens());
    tokens.add(new Token("ab", Kind.ORDINARY));

    assertThatThrownBy(() -> Tokenizer.of(new TokenList(tokens, List.of()), "x.gguf"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("x.gguf: token 'ab' has two ids, 256 and 261");
  }

  @Test
  void names_the_file_and_the_merge_that_makes_nothing() {
    TokenList list = new TokenList(SMALL.toList().tokens(), List.of("a b", "b b"));

    assertThatThrownBy(() -> Tokenizer.of(list, "x.gguf"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("x.gguf: merge 1 needs the token 'bb', which the vocabulary lacks");
  }

  @Test
  void refuses_more_tokens_than_any_tokenizer_has() {
    List<Token> tokens = new ArrayList<>();
    for (int id = 0; id <= 1_000_000; id++) {
      tokens.add(new Token("", Kind.UNUSED));
    }

    assertThatThrownBy(() -> Tokenizer.of(new TokenList(tokens, List.of()), "x.gguf"))
        .hasMessageContaining("has 1000001 tokens, needs at most 1000000");
  }
}
