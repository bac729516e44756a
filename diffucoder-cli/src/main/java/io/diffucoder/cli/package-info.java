/** The command line: parsing and printing, and the benchmark of decoding settings. */
@NullMarked
package io.diffucoder.cli;

import org.jspecify.annotations.NullMarked;
