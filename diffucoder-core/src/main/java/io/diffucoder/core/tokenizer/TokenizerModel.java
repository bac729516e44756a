package io.diffucoder.core.tokenizer;

import java.util.List;
import java.util.Map;

/**
 * A byte-pair encoding as its files write it, read but not yet checked as a whole.
 *
 * @param vocabulary ids by token, in the byte alphabet
 * @param vocabularyFile where they are from
 * @param merges by rank
 * @param mergesFile where they are from
 * @param controls the control tokens known so far
 */
record TokenizerModel(
    Map<String, Integer> vocabulary,
    SourceFile vocabularyFile,
    List<Merge> merges,
    SourceFile mergesFile,
    List<ControlToken> controls) {}
