/** Qwen2's byte-level BPE tokenizer: text to token ids and back, exactly as the reference. */
@NullMarked
package io.diffucoder.core.tokenizer;

import org.jspecify.annotations.NullMarked;
