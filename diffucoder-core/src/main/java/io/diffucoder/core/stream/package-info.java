/** A denoised canvas as text that grows. */
@NullMarked
package io.diffucoder.core.stream;

import org.jspecify.annotations.NullMarked;
