package io.diffucoder.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KernelSourcesTest {
  private static final Path DIRECTORY = Path.of("src", "main", "cuda");

  @Test
  void the_release_has_every_source_as_it_is() throws IOException {
    for (Path file : files()) {
      assertThat(KernelSources.resource(file.getFileName().toString()))
          .as(file.toString())
          .contains(Files.readAllBytes(file));
    }
  }

  @Test
  void the_unit_includes_every_source() throws IOException {
    KernelSources sources = KernelSources.ofThisRelease();

    assertThat(sources.unit()).isEqualTo(Files.readString(DIRECTORY.resolve("kernels.cu")));
    assertThat(sources.headers().keySet())
        .containsExactlyInAnyOrderElementsOf(
            files().stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> !name.equals("kernels.cu"))
                .toList());
  }

  @Test
  void no_source_includes_what_only_a_toolkit_has() throws IOException {
    for (Path file : files()) {
      assertThat(Files.readString(file)).as(file.toString()).doesNotContain("#include <");
    }
  }

  @Test
  void what_is_included_is_followed_and_read_once() {
    Map<String, String> files =
        Map.of(
            "unit.cu", "#include \"a.cuh\"\n  #  include \"b.cuh\" // and\n",
            "a.cuh", "#pragma once\n#include \"b.cuh\"\n// #include \"not.cuh\"\n",
            "b.cuh", "#pragma once\n#include \"a.cuh\"\n");

    KernelSources sources = KernelSources.of("unit.cu", name -> bytes(files, name));

    assertThat(sources.unit()).isEqualTo(files.get("unit.cu"));
    assertThat(sources.headers())
        .isEqualTo(Map.of("a.cuh", files.get("a.cuh"), "b.cuh", files.get("b.cuh")));
  }

  @Test
  void a_source_that_is_missing_is_told() {
    Map<String, String> files = Map.of("unit.cu", "#include \"gone.cuh\"\n");

    assertThatIllegalStateException()
        .isThrownBy(() -> KernelSources.of("unit.cu", name -> bytes(files, name)))
        .withMessage("the release lacks kernels/gone.cuh; use a whole one");
  }

  private static Optional<byte[]> bytes(Map<String, String> files, String name) {
    return Optional.ofNullable(files.get(name)).map(text -> text.getBytes(UTF_8));
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.filter(file -> file.toString().matches(".*\\.cuh?")).sorted().toList();
    }
  }
}
