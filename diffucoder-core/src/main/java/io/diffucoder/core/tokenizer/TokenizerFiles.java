package io.diffucoder.core.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Where a tokenizer's files come from: a directory, a jar's resources, a test's strings. */
@FunctionalInterface
public interface TokenizerFiles {

  /**
   * Opens a file for reading from its beginning; the caller closes it.
   *
   * @param name a plain file name such as {@code tokenizer.json}
   * @return empty if there is no such file
   * @throws IOException if it is there and cannot be opened
   */
  Optional<InputStream> open(String name) throws IOException;

  /** How error messages call the file: its name, unless the place knows better. */
  default String describe(String name) {
    return name;
  }
}
