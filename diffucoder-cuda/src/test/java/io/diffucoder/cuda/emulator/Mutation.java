package io.diffucoder.cuda.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A bug to plant into the sources of kernels: the text from {@code start} to {@code end} of a file,
 * whole statements, is replaced.
 *
 * @param file the name of the file, of src/main/cuda or of the emulator's own kernels
 * @param replacement what stands there instead, statements too
 */
public record Mutation(String file, int start, int end, String replacement) {
  /** Every barrier of a block. */
  public static final Pattern BARRIER = Pattern.compile("__syncthreads\\(\\);");

  /** Every barrier of a warp. */
  public static final Pattern WARP_BARRIER = Pattern.compile("__syncwarp\\(\\);");

  /** Every wait for asynchronous copies. */
  public static final Pattern WAIT = Pattern.compile("cp_async_wait<([^;{}]*)>\\(\\);");

  /** Every end of a group of asynchronous copies. */
  public static final Pattern COMMIT = Pattern.compile("cp_async_commit\\(\\);");

  /** One bug for each place where the pattern matches: that it is not there. */
  public static List<Mutation> removals(String file, Pattern pattern) {
    return everywhere(file, pattern, _ -> ";");
  }

  /** One bug for each wait: that it does not cover the newest group of copies that it should. */
  public static List<Mutation> weakWaits(String file) {
    return everywhere(
        file, WAIT, text -> WAIT.matcher(text).replaceFirst("cp_async_wait<($1) + 1>();"));
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

  /** Whether it takes something away from this file. */
  public boolean isRemovalIn(String file) {
    return this.file.equals(file) && replacement.equals(";");
  }

  /** The line of the source that the bug begins in. */
  public String line() {
    String source = source(file);
    int end = source.indexOf('\n', start);
    return source.substring(source.lastIndexOf('\n', start) + 1, end < 0 ? source.length() : end);
  }

  /** The file, line and text, for the name of a test. */
  @Override
  public String toString() {
    String source = source(file);
    String text = source.substring(start, end);
    long line = source.substring(0, start).chars().filter(c -> c == '\n').count() + 1;
    return isRemovalIn(file)
        ? "%s:%d without '%s'".formatted(file, line, text)
        : "%s:%d with '%s' for '%s'".formatted(file, line, replacement, text);
  }

  /** The file with the bugs that are for it, number i of the list while mutantBug is i + 1. */
  static String planted(String file, List<Mutation> bugs) {
    String source = source(file);
    StringBuilder text = new StringBuilder();
    int done = 0;
    Map<Integer, List<Mutation>> byPlace =
        bugs.stream()
            .filter(bug -> bug.file.equals(file))
            .collect(Collectors.groupingBy(Mutation::start, TreeMap::new, Collectors.toList()));
    for (List<Mutation> here : byPlace.values()) {
      Mutation first = here.getFirst();
      text.append(source, done, first.start).append("{ ");
      for (Mutation bug : here) {
        text.append("if (mutantBug == ").append(bugs.indexOf(bug) + 1).append(") { ");
        text.append(bug.replacement).append(" } else ");
      }
      text.append("{ ").append(source, first.start, first.end).append(" } }");
      done = first.end;
    }
    return text.append(source, done, source.length()).toString();
  }

  static Path find(String file) {
    Path kernels = Compiler.KERNELS.resolve(file);
    return Files.exists(kernels) ? kernels : Compiler.EMULATOR.resolve(file);
  }

  static String source(String file) {
    try {
      return Files.readString(find(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Mutation> everywhere(
      String file, Pattern pattern, UnaryOperator<String> replacement) {
    return pattern
        .matcher(source(file))
        .results()
        .map((MatchResult match) ->
            new Mutation(file, match.start(), match.end(), replacement.apply(match.group())))
        .toList();
  }
}
