package io.diffucoder.core.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A tokenizer of the Qwen2 kind as two lists, as GGUF files hold it.
 *
 * @param tokens every id's token, from 0 on
 * @param merges by rank, {@code left right} in the byte alphabet
 */
public record TokenList(List<Token> tokens, List<String> merges) {
  public TokenList {
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
  }

  /** What a token is. */
  public enum Kind {
    /** Made of bytes. */
    ORDINARY,
    /** A control token that decoding for display leaves out. */
    SPECIAL,
    /** A control token that is always shown. */
    SHOWN,
    /** Nothing: an id without a token. */
    UNUSED
  }

  /**
   * One token.
   *
   * @param text in the byte alphabet if it is ordinary, as it is written if it is a control token
   * @param kind what it is
   */
  public record Token(String text, Kind kind) {
    public Token {
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(kind, "kind");
    }
  }

  /** Ids by text instead of texts by id. */
  TokenizerModel toModel(SourceFile file) {
    if (tokens.size() > JsonFields.MAX_TOKENS) {
      throw file.error(
          "has %d tokens, needs at most %d".formatted(tokens.size(), JsonFields.MAX_TOKENS));
    }
    Map<String, Integer> vocabulary = new HashMap<>();
    List<ControlToken> controls = new ArrayList<>();
    for (int id = 0; id < tokens.size(); id++) {
      String text = tokens.get(id).text();
      switch (tokens.get(id).kind()) {
        case ORDINARY -> {
          Integer other = vocabulary.putIfAbsent(text, id);
          if (other != null) {
            throw file.error(
                "token '%s' has two ids, %d and %d".formatted(MergesTxt.excerpt(text), other, id));
          }
        }
        case SPECIAL -> controls.add(new ControlToken(text, id, ControlToken.Skip.SKIPPED));
        case SHOWN -> controls.add(new ControlToken(text, id, ControlToken.Skip.SHOWN));
        case UNUSED -> {}
      }
    }
    return new TokenizerModel(vocabulary, file, parsedMerges(file), file, controls);
  }

  private List<Merge> parsedMerges(SourceFile file) {
    List<Merge> parsed = new ArrayList<>(merges.size());
    for (String merge : merges) {
      parsed.add(MergesTxt.parse(merge, "merge", parsed.size(), file));
    }
    MergesTxt.checkCount(parsed, file);
    return parsed;
  }
}
