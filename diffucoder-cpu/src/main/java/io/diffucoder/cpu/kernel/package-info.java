/** One file per operation, and the inner loops they share, once with vectors and once without. */
@NullMarked
package io.diffucoder.cpu.kernel;

import org.jspecify.annotations.NullMarked;
