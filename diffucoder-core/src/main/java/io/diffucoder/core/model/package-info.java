/** The Dream network over tensor operations. */
@NullMarked
package io.diffucoder.core.model;

import org.jspecify.annotations.NullMarked;
