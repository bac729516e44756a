/** The CPU backend: weights in place, float32 activations on the heap, a fixed pool of threads. */
@NullMarked
package io.diffucoder.cpu;

import org.jspecify.annotations.NullMarked;
