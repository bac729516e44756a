package io.diffucoder.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernels' sources, as a compiler without files wants them.
 *
 * @param unit the text that is compiled
 * @param headers what it includes, and they in turn, by name
 */
record KernelSources(String unit, Map<String, String> headers) {
  private static final String UNIT = "kernels.cu";
  private static final Pattern INCLUDE =
      Pattern.compile("^\\s*#\\s*include\\s+\"([^\"]+)\"", Pattern.MULTILINE);

  KernelSources {
    headers = Map.copyOf(headers);
  }

  /** Those that this release was built of. */
  static KernelSources ofThisRelease() {
    return of(UNIT, KernelSources::resource);
  }

  /**
   * A unit and all that it includes.
   *
   * @param file a file's content, or nothing if there is none of that name
   * @throws IllegalStateException if a file is missing
   */
  static KernelSources of(String unit, Function<String, Optional<byte[]>> file) {
    Map<String, String> headers = new TreeMap<>();
    String text = text(unit, file);
    Deque<String> toRead = new ArrayDeque<>();
    toRead.add(text);
    while (!toRead.isEmpty()) {
      Matcher includes = INCLUDE.matcher(toRead.remove());
      while (includes.find()) {
        String name = includes.group(1);
        if (!headers.containsKey(name)) {
          headers.put(name, text(name, file));
          toRead.add(text(name, file));
        }
      }
    }
    return new KernelSources(text, headers);
  }

  private static String text(String name, Function<String, Optional<byte[]>> file) {
    byte[] bytes =
        file.apply(name)
            .orElseThrow(() ->
                new IllegalStateException(
                    "the release lacks kernels/%s; use a whole one".formatted(name)));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A file of the release that belongs to the kernels. */
  static Optional<byte[]> resource(String name) {
    try (InputStream bytes = KernelSources.class.getResourceAsStream("kernels/" + name)) {
      return bytes == null ? Optional.empty() : Optional.of(bytes.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("kernels/" + name + " cannot be read", e);
    }
  }
}
