/** The command line: parsing and printing, no logic. */
@NullMarked
package io.diffucoder.cli;

import org.jspecify.annotations.NullMarked;
