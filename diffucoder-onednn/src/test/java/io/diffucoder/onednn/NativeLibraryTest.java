package io.diffucoder.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.DeviceMemoryException;
import io.diffucoder.onednn.NativeLibrary.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What cannot be loaded is a reason, and the JVM lives on. */
class NativeLibraryTest {

  @Test
  void the_library_of_the_dependency_is_found() {
    assertThat(NativeLibrary.isPresent(NativeLibraryTest.class.getClassLoader())).isTrue();
    assertThat(NativeLibrary.isPresent(ClassLoader.getPlatformClassLoader())).isFalse();
  }

  @Test
  void a_library_that_is_absent_is_named() {
    assertThat(reason(ClassLoader.getPlatformClassLoader()))
        .contains("libgomp.so.1 is not on the class path");
  }

  @Test
  void a_library_that_is_cut_off_is_never_handed_to_the_system() {
    assertThat(reason(new Fake(100, 93_000_000)))
        .contains("libgomp.so.1 has 100 bytes, needs 93000000");
  }

  @Test
  void a_library_of_unknown_size_is_handed_to_the_system() {
    assertThat(reason(new Fake(100, -1))).contains("the system does not load oneDNN's library");
  }

  @Test
  void a_library_that_the_system_refuses_comes_with_what_the_system_says() {
    assertThat(reason(new Fake(100, 100)))
        .contains("the system does not load oneDNN's library", "libdnnl.so.3");
  }

  @Test
  void nothing_is_left_in_the_temporary_directory() throws IOException {
    Set<Path> before = unpacked();

    NativeLibrary.load(new Fake(100, 100));
    NativeLibrary.load(new Fake(100, 101));

    assertThat(unpacked()).isEqualTo(before);
  }

  private static Set<Path> unpacked() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(path -> path.getFileName().toString().startsWith("diffucoder-onednn-"))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void a_system_library_that_is_missing_is_named() {
    assertThat(NativeLibrary.systemObstacle()).isEmpty();
    assertThat(NativeLibrary.systemObstacle(List.of("libnone.so.9")).orElseThrow())
        .contains("needs libnone.so.9", "glibc");
  }

  @Test
  void memory_that_the_system_does_not_give_is_an_error_with_its_size() {
    assertThatThrownBy(() -> NativeMemory.allocate("a weight (7, 9)", 1L << 60))
        .isInstanceOf(DeviceMemoryException.class)
        .hasMessageContaining("a weight (7, 9) needs 1152921504606846976 bytes");
  }

  private static String reason(ClassLoader loader) {
    return ((Outcome.Failed) NativeLibrary.load(loader)).reason();
  }

  /** Offers zeros as every resource, and may lie about how many. */
  private static final class Fake extends ClassLoader {
    private final int bytes;
    private final long told;

    Fake(int bytes, long told) {
      super(null);
      this.bytes = bytes;
      this.told = told;
    }

    @Override
    public @Nullable URL getResource(String name) {
      try {
        return URL.of(URI.create("fake:/" + name), new Handler());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    private final class Handler extends URLStreamHandler {
      @Override
      protected URLConnection openConnection(URL url) {
        return new URLConnection(url) {
          @Override
          public void connect() {}

          @Override
          public InputStream getInputStream() {
            return new ByteArrayInputStream(new byte[bytes]);
          }

          @Override
          public long getContentLengthLong() {
            return told;
          }
        };
      }
    }
  }
}
