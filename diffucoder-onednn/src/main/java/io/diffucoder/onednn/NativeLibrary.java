package io.diffucoder.onednn;

import io.diffucoder.api.BackendUnavailableException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds, unpacks and loads oneDNN's shared library. It is unpacked anew by each process into a
 * directory of its own and deleted once it is loaded: a file that another process, or one that
 * died, left half written would end the JVM.
 */
@SuppressWarnings("restricted") // loading a library is what this class is for
final class NativeLibrary {
  private static final String FOLDER = "org/bytedeco/dnnl/linux-x86_64/";
  private static final String LIBRARY = "libdnnl.so.3";

  /** The OpenMP runtime that comes with the library, which finds it beside itself. */
  private static final List<String> FILES = List.of("libgomp.so.1", LIBRARY);

  /** What the library needs of the system. */
  private static final List<String> SYSTEM = List.of("libc.so.6", "libstdc++.so.6");

  private NativeLibrary() {}

  /** What became of loading. */
  sealed interface Outcome {
    record Loaded(SymbolLookup symbols) implements Outcome {}

    record Failed(String reason, Throwable cause) implements Outcome {}
  }

  /** Loads when it is first used: once in a process. */
  private static final class Once {
    static final Outcome OUTCOME = load(NativeLibrary.class.getClassLoader());

    private Once() {}
  }

  /**
   * The library's functions.
   *
   * @throws BackendUnavailableException if it cannot be loaded
   */
  static SymbolLookup symbols() {
    return switch (Once.OUTCOME) {
      case Outcome.Loaded(SymbolLookup symbols) -> symbols;
      case Outcome.Failed(String reason, Throwable cause) ->
          throw new BackendUnavailableException("onednn: unavailable, " + reason, cause);
    };
  }

  /** Whether the library is there to be loaded. */
  static boolean isPresent(ClassLoader loader) {
    return FILES.stream().allMatch(file -> loader.getResource(FOLDER + file) != null);
  }

  /** Why this system would not load the library, as far as can be told without unpacking it. */
  static Optional<String> systemObstacle() {
    return systemObstacle(SYSTEM);
  }

  static Optional<String> systemObstacle(List<String> libraries) {
    for (String library : libraries) {
      try (Arena arena = Arena.ofConfined()) {
        SymbolLookup.libraryLookup(library, arena);
      } catch (IllegalArgumentException e) {
        return Optional.of(
            "oneDNN's library needs %s, which this system does not have: it needs a Linux with glibc"
                    .formatted(library)
                + " and the package of GCC's C++ library");
      } catch (IllegalCallerException e) {
        return Optional.of(accessDenied());
      }
    }
    return Optional.empty();
  }

  static Outcome load(ClassLoader loader) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    try {
      Path directory = Files.createTempDirectory(temporary, "diffucoder-onednn-");
      try {
        for (String file : FILES) {
          unpack(loader.getResource(FOLDER + file), directory.resolve(file));
        }
        System.load(directory.resolve(LIBRARY).toString());
      } finally {
        for (String file : FILES) {
          Files.deleteIfExists(directory.resolve(file));
        }
        Files.delete(directory);
      }
      return new Outcome.Loaded(SymbolLookup.loaderLookup());
    } catch (IOException e) {
      return new Outcome.Failed(
          "oneDNN's library, 93 MB, cannot be unpacked into %s: %s; free space there or name another directory with -Djava.io.tmpdir"
              .formatted(temporary, e),
          e);
    } catch (UnsatisfiedLinkError e) {
      return new Outcome.Failed(
          "the system does not load oneDNN's library: %s; a directory mounted noexec is changed with -Djava.io.tmpdir"
              .formatted(e.getMessage()),
          e);
    } catch (IllegalCallerException e) {
      return new Outcome.Failed(accessDenied(), e);
    }
  }

  private static void unpack(@Nullable URL from, Path to) throws IOException {
    if (from == null) {
      throw new FileNotFoundException(to.getFileName() + " is not on the class path");
    }
    URLConnection connection = from.openConnection();
    try (InputStream bytes = connection.getInputStream()) {
      long unpacked = Files.copy(bytes, to);
      long needed = connection.getContentLengthLong();
      // loading a library that is cut off ends the JVM; -1: the size is not known
      if (needed >= 0 && unpacked != needed) {
        throw new IOException(
            "%s has %d bytes, needs %d".formatted(to.getFileName(), unpacked, needed));
      }
    }
  }

  private static String accessDenied() {
    Module module = NativeLibrary.class.getModule();
    return "the JVM denies native access; add --enable-native-access="
        + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
  }
}
