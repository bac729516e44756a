package io.diffucoder.cuda.driver;

import io.diffucoder.api.BackendUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds NVIDIA's libraries and loads them before the binding looks for them. A library that is
 * loaded satisfies whatever needs one of its name.
 */
@SuppressWarnings("restricted") // loading libraries is what this class is for
public final class NvidiaLibraries {
  private static final String RUNTIME = "libcudart.so.13";

  /** Whether the binding was prepared; guarded by this class. */
  private static boolean isPrepared;

  private NvidiaLibraries() {}

  /**
   * Makes sure that the binding of the driver can be loaded where there is only the driver.
   *
   * @throws BackendUnavailableException if the system does not let it
   */
  public static void prepareBinding() {
    prepareBinding(NvidiaLibraries::load);
  }

  /**
   * The same where libraries are found otherwise.
   *
   * @param load loads a library if it is found; whether it was
   */
  static synchronized void prepareBinding(Predicate<String> load) {
    if (!isPrepared) {
      if (isLinux() && !load.test(RUNTIME)) {
        loadStub();
      }
      isPrepared = true;
    }
  }

  /** Whether a library is found, without loading it for good. */
  public static boolean isPresent(String library) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup.libraryLookup(library, arena);
      return true;
    } catch (IllegalArgumentException e) {
      return file(library).isPresent();
    }
  }

  /** Loads a library if it is found; whether it was. */
  static boolean load(String library) {
    Optional<Path> file = file(library);
    if (file.isPresent()) {
      System.load(file.get().toString());
      return true;
    }
    return isPresent(library); // the system's loader knows where
  }

  /**
   * Loads NVRTC if it is found, and the library of built-in functions that it looks for when it
   * compiles: by its name only, so not beside itself.
   */
  static void loadCompiler() {
    load(KernelCompiler.LIBRARY);
    file(KernelCompiler.LIBRARY)
        .map(Path::getParent)
        .ifPresent(folder -> {
          try (DirectoryStream<Path> files =
              Files.newDirectoryStream(folder, "libnvrtc-builtins.so.13.*")) {
            files.forEach(file -> System.load(file.toString()));
          } catch (IOException e) {
            throw new UncheckedIOException(e); // it was readable just now
          }
        });
  }

  /** Where toolkits are installed. */
  private static Optional<Path> file(String library) {
    return Stream.of(System.getenv("CUDA_HOME"), System.getenv("CUDA_PATH"), "/usr/local/cuda")
        .filter(home -> home != null && !home.isBlank())
        .flatMap(home -> folders().stream().map(folder -> Path.of(home, folder, library)))
        .filter(Files::isReadable)
        .map(Path::toAbsolutePath)
        .findFirst();
  }

  private static List<String> folders() {
    return List.of("lib64", "lib", "targets/x86_64-linux/lib", "targets/sbsa-linux/lib");
  }

  private static void loadStub() {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    try {
      Path file = Files.createTempFile(temporary, "diffucoder-cudart-", ".so");
      try {
        Files.write(file, StubLibrary.of(RUNTIME, System.getProperty("os.arch", "")));
        System.load(file.toString());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new BackendUnavailableException(
          "cuda: unavailable, %s is not installed, and a stand-in for it cannot be written into %s; name another directory with -Djava.io.tmpdir"
              .formatted(RUNTIME, temporary),
          e);
    } catch (UnsatisfiedLinkError e) {
      throw new BackendUnavailableException(
          "cuda: unavailable, %s is not installed, and a stand-in for it cannot be loaded from %s: %s; a directory mounted noexec is changed with -Djava.io.tmpdir"
              .formatted(RUNTIME, temporary, e.getMessage()),
          e);
    }
  }

  private static boolean isLinux() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");
  }
}
