/**
 * The CUDA driver as the backend uses it: a device with its owner thread, memory, kernels, ordered
 * streams of launches. Nothing here knows of tensors.
 */
@NullMarked
package io.diffucoder.cuda.driver;

import org.jspecify.annotations.NullMarked;
