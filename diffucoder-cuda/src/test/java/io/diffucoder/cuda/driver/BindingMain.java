package io.diffucoder.cuda.driver;

import io.diffucoder.api.BackendUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What a JVM does that loads the binding for the first time; {@link NvidiaLibrariesTest} starts it.
 */
@SuppressWarnings("restricted") // loading libraries is what is tested
final class BindingMain {
  private BindingMain() {}

  /**
   * Prints what happened, a line each.
   *
   * @param args what to do, and for {@code link} and {@code open} the file of the driver
   */
  public static void main(String[] args) throws IOException {
    switch (args[0]) {
      case "stub" -> prepare(_ -> false);
      case "stub-twice" -> {
        prepare(_ -> false);
        prepare(_ -> false);
      }
      case "toolkit" -> prepare(NvidiaLibraries::load);
      case "compiler" -> NvidiaLibraries.loadCompiler();
      case "link" -> {
        System.load(args[1]);
        prepare(_ -> false);
        // not by the binding's loader, which also looks for a toolkit's library
        System.load(unpack("/org/bytedeco/cuda/linux-x86_64/libjnicudart.so").toString());
      }
      case "open" -> {
        System.load(args[1]);
        prepare(_ -> false);
        Driver.Context context = Driver.retainContext(0);
        System.out.println("opened " + Driver.deviceName(context));
      }
      default -> throw new IllegalArgumentException(args[0]);
    }
    for (String library : List.of("libcudart.so.13", "libnvrtc.so.13", "libabsent.so.13")) {
      System.out.println(library + " present " + NvidiaLibraries.isPresent(library));
    }
    Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains("cudart") || line.contains("nvrtc"))
        .map(line -> "mapped " + line.substring(line.indexOf('/')))
        .distinct()
        .forEach(System.out::println);
  }

  private static Path unpack(String resource) throws IOException {
    Path file = Path.of(System.getProperty("java.io.tmpdir"), "libjnicudart.so");
    try (InputStream library =
        Objects.requireNonNull(BindingMain.class.getResourceAsStream(resource), resource)) {
      Files.copy(library, file);
    }
    return file;
  }

  private static void prepare(Predicate<String> load) {
    try {
      NvidiaLibraries.prepareBinding(load);
      System.out.println("prepared");
    } catch (BackendUnavailableException e) {
      System.out.println("unavailable: " + e.getMessage());
    }
  }
}
