/** Conversations as tokens, and where an answer ends. */
@NullMarked
package io.diffucoder.core.chat;

import org.jspecify.annotations.NullMarked;
