/** Denoising a canvas: the contracts and the pure strategies of masked diffusion. */
@NullMarked
package io.diffucoder.sampling;

import org.jspecify.annotations.NullMarked;
