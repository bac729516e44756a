/** The facade: load a model, generate, chat, stream, close. */
@NullMarked
package io.diffucoder;

import org.jspecify.annotations.NullMarked;
