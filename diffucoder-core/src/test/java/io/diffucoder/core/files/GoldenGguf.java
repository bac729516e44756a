package io.diffucoder.core.files;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** The TCK's golden models as GGUF files that another program wrote. */
public final class GoldenGguf {
  private GoldenGguf() {}

  /** The file of a golden model. */
  public static Path file(String model) {
    try {
      return Path.of(
          Objects.requireNonNull(
                  GoldenGguf.class.getResource("golden-gguf/" + model + ".gguf"), model)
              .toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
