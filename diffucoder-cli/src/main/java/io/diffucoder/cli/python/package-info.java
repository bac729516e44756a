/** Runs Python programs that nobody trusts, and tells what their functions return. */
@NullMarked
package io.diffucoder.cli.python;

import org.jspecify.annotations.NullMarked;
