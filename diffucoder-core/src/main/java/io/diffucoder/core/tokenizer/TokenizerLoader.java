package io.diffucoder.core.tokenizer;

import io.diffucoder.api.ModelLoadException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds a tokenizer's files, reads them and joins what they say. */
final class TokenizerLoader {
  private final TokenizerFiles files;

  TokenizerLoader(TokenizerFiles files) {
    this.files = files;
  }

  Tokenizer load() {
    SourceFile tokenizerJson = file("tokenizer.json");
    TokenizerModel model =
        tokenizerJson
            .readObject(parser -> TokenizerJson.read(parser, tokenizerJson))
            .orElseGet(this::readVocabularyAndMerges);
    TokenizerAssembly assembly = new TokenizerAssembly(model);
    addControlTokens(assembly);
    return assembly.build();
  }

  private TokenizerModel readVocabularyAndMerges() {
    SourceFile vocabJson = file("vocab.json");
    SourceFile mergesTxt = file("merges.txt");
    Map<String, Integer> vocabulary =
        vocabJson
            .readObject(parser -> new JsonFields(vocabJson, parser).idsByToken("the vocabulary"))
            .orElseThrow(() -> missing(vocabJson));
    List<Merge> merges =
        mergesTxt
            .readText(reader -> MergesTxt.read(reader, mergesTxt))
            .orElseThrow(() -> missing(mergesTxt));
    return new TokenizerModel(vocabulary, vocabJson, merges, mergesTxt, List.of());
  }

  private void addControlTokens(TokenizerAssembly assembly) {
    SourceFile addedTokens = file("added_tokens.json");
    SourceFile configJson = file("tokenizer_config.json");
    SourceFile specialTokensMap = file("special_tokens_map.json");
    Optional<TokenizerConfig> config =
        configJson.readObject(parser -> TokenizerConfig.read(parser, configJson));
    Optional<Set<String>> specialNames =
        specialTokensMap
            .readObject(parser -> SpecialNames.readMap(parser, specialTokensMap))
            .or(() -> config.map(TokenizerConfig::specialNames));
    assembly.nameSpecial(specialNames);
    addedTokens
        .readObject(parser -> new JsonFields(addedTokens, parser).idsByToken("the object"))
        .ifPresent(ids -> ids.forEach((text, id) -> assembly.addControl(text, id, addedTokens)));
    config.ifPresent(
        c -> c.controls().forEach(t -> assembly.addControl(t.text(), t.id(), configJson)));
  }

  private SourceFile file(String name) {
    return new SourceFile(files, name);
  }

  private ModelLoadException missing(SourceFile file) {
    return file.error("is missing; a tokenizer needs tokenizer.json, or vocab.json and merges.txt");
  }
}
