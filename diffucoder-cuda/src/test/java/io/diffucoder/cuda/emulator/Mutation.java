package io.diffucoder.cuda.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A bug to plant into the sources of kernels: the text from {@code start} to {@code end} of a file
 * is replaced.
 *
 * @param file the name of the file, of src/main/cuda or of the emulator's own kernels
 * @param replacement what stands there instead
 */
public record Mutation(String file, int start, int end, String replacement) {
  /** Every barrier of a block. */
  public static final Pattern BARRIER = Pattern.compile("__syncthreads\\(\\);");

  /** Every wait for asynchronous copies. */
  public static final Pattern WAIT = Pattern.compile("cp_async_wait<[^;{}]*>\\(\\);");

  /** No bug. */
  public static Mutation none(String file) {
    return new Mutation(file, 0, 0, "");
  }

  /** One bug for each place where the pattern matches: that it is not there. */
  public static List<Mutation> removals(String file, Pattern pattern) {
    return pattern
        .matcher(source(file))
        .results()
        .map((MatchResult match) -> new Mutation(file, match.start(), match.end(), ";"))
        .toList();
  }

  /** The only place where the text stands is changed. */
  public static Mutation replacing(String file, String text, String replacement) {
    String source = source(file);
    int start = source.indexOf(text);
    if (start < 0 || source.indexOf(text, start + 1) >= 0) {
      throw new IllegalArgumentException(file + " does not have '" + text + "' exactly once");
    }
    return new Mutation(file, start, start + text.length(), replacement);
  }

  /** The file with the bug. */
  String apply() {
    String source = source(file);
    return source.substring(0, start) + replacement + source.substring(end);
  }

  /** The file, line and text, for the name of a test. */
  @Override
  public String toString() {
    String source = source(file);
    long line = source.substring(0, start).lines().count();
    if (start == 0 || source.charAt(start - 1) == '\n') {
      line++;
    }
    return start == end
        ? file
        : "%s:%d without '%s'".formatted(file, line, source.substring(start, end));
  }

  static Path find(String file) {
    Path kernels = Compiler.KERNELS.resolve(file);
    return Files.exists(kernels) ? kernels : Compiler.EMULATOR.resolve(file);
  }

  private static String source(String file) {
    try {
      return Files.readString(find(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
