package io.diffucoder.core.tokenizer;

import io.diffucoder.core.tokenizer.ControlToken.Skip;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks that what the files say fits together, and makes the tokenizer of it. */
final class TokenizerAssembly {
  private final TokenizerModel model;
  private final BitSet ordinaryIds = new BitSet();
  private final Map<String, ControlToken> controls = new LinkedHashMap<>();
  private final Map<Integer, String> textOfId = new HashMap<>();
  private Optional<Set<String>> specialNames = Optional.empty();

  /** Begins with a model. */
  TokenizerAssembly(TokenizerModel model) {
    this.model = model;
    model.vocabulary().forEach(this::checkOrdinary);
    model.controls().forEach(token -> add(token, model.vocabularyFile()));
  }

  /** Says which tokens are special, beside those of {@code tokenizer.json} that say so. */
  void nameSpecial(Optional<Set<String>> names) {
    specialNames = names;
    names.ifPresent(set ->
        controls.replaceAll((text, token) ->
            set.contains(text) ? new ControlToken(text, token.id(), Skip.SKIPPED) : token));
  }

  /** Adds a control token that a further file knows; it may be known already. */
  void addControl(String text, int id, SourceFile file) {
    ControlToken known = controls.get(text);
    if (known == null || known.id() != id) {
      boolean isSpecial = specialNames.isEmpty() || specialNames.get().contains(text);
      add(new ControlToken(text, id, isSpecial ? Skip.SKIPPED : Skip.SHOWN), file);
    }
  }

  /** Makes the tokenizer. */
  Tokenizer build() {
    return new Tokenizer(
        new OrdinaryTokens(model.vocabulary()),
        new ControlTokens(controls.values()),
        new BytePairEncoder(idOfByte(), mergeTable()));
  }

  private void checkOrdinary(String token, int id) {
    SourceFile source = model.vocabularyFile();
    if (ordinaryIds.get(id)) {
      throw source.error(
          "id %d has two tokens, one of them '%s'".formatted(id, MergesTxt.excerpt(token)));
    }
    ordinaryIds.set(id);
    for (int i = 0; i < token.length(); i++) {
      if (ByteAlphabet.byteOf(token.charAt(i)) < 0) {
        throw source.error(
            "token '%s' with id %d has the character U+%04X, which spells no byte"
                .formatted(MergesTxt.excerpt(token), id, (int) token.charAt(i)));
      }
    }
  }

  private void add(ControlToken token, SourceFile file) {
    if (token.text().isEmpty()) {
      throw file.error("the control token with id %d is empty".formatted(token.id()));
    }
    boolean isKnown =
        controls.putIfAbsent(token.text(), token) != null
            || textOfId.putIfAbsent(token.id(), token.text()) != null;
    if (isKnown || contradictsVocabulary(token)) {
      throw file.error(
          "control token '%s' with id %d: the text has another id, or the id another text, in this or another file"
              .formatted(MergesTxt.excerpt(token.text()), token.id()));
    }
  }

  /** Whether text or id are an ordinary token's, unless both are the same one's. */
  private boolean contradictsVocabulary(ControlToken token) {
    Integer ordinary = model.vocabulary().get(token.text());
    return ordinary == null ? ordinaryIds.get(token.id()) : ordinary != token.id();
  }

  private int[] idOfByte() {
    int[] ids = new int[256];
    for (int value = 0; value < 256; value++) {
      String spelling = String.valueOf(ByteAlphabet.charOf(value));
      Integer id = model.vocabulary().get(spelling);
      if (id == null) {
        throw model
            .vocabularyFile()
            .error(
                "the vocabulary has no token '%s' for the byte 0x%02X, needs all 256 bytes"
                    .formatted(spelling, value));
      }
      ids[value] = id;
    }
    return ids;
  }

  private MergeTable mergeTable() {
    List<Merge> merges = model.merges();
    MergeTable table = new MergeTable(merges.size());
    for (int rank = 0; rank < merges.size(); rank++) {
      Merge merge = merges.get(rank);
      int union = id(merge.left() + merge.right(), rank);
      if (!table.add(id(merge.left(), rank), id(merge.right(), rank), union)) {
        throw model
            .mergesFile()
            .error(
                "merge %d, '%s' and '%s', is there twice"
                    .formatted(
                        rank, MergesTxt.excerpt(merge.left()), MergesTxt.excerpt(merge.right())));
      }
    }
    return table;
  }

  private int id(String token, int rank) {
    Integer id = model.vocabulary().get(token);
    if (id == null) {
      throw model
          .mergesFile()
          .error(
              "merge %d needs the token '%s', which the vocabulary lacks"
                  .formatted(rank, MergesTxt.excerpt(token)));
    }
    return id;
  }
}
