/** The oneDNN backend: packed weights, and a binding of the few functions that multiply by them. */
@NullMarked
package io.diffucoder.onednn;

import org.jspecify.annotations.NullMarked;
