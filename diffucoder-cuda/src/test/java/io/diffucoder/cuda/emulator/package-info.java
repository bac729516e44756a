/** The CUDA kernels and the driver API without a GPU, for tests. */
@NullMarked
package io.diffucoder.cuda.emulator;

import org.jspecify.annotations.NullMarked;
