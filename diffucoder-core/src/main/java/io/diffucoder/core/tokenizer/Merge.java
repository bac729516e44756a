package io.diffucoder.core.tokenizer;

/**
 * Two tokens that become one, in the byte alphabet; the rank is the place in the list.
 *
 * @param left the first
 * @param right the second
 */
record Merge(String left, String right) {}
