/** Benchmarks of the CPU kernels at the sizes of the 7B model. */
@NullMarked
package io.diffucoder.jmh;

import org.jspecify.annotations.NullMarked;
