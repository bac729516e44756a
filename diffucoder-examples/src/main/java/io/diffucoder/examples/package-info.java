/** One idea a file; each can be run as it is. */
@NullMarked
package io.diffucoder.examples;

import org.jspecify.annotations.NullMarked;
