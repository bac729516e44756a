/** What a tensor backend implements: ten required operations on device-resident rank-2 tensors. */
@NullMarked
package io.diffucoder.spi;

import org.jspecify.annotations.NullMarked;
