package io.diffucoder.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE.md, read from the modules as they were built. */
class ArrowsTest {
  private static final Map<String, ModuleDescriptor> MODULES =
      ModuleFinder.of(
              Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                  .filter(entry -> entry.matches(Jvm.OURS))
                  .map(Path::of)
                  .toArray(Path[]::new))
          .findAll()
          .stream()
          .map(ModuleReference::descriptor)
          .filter(descriptor -> descriptor.name().startsWith("io.diffucoder"))
          .collect(Collectors.toMap(ModuleDescriptor::name, descriptor -> descriptor));

  @Test
  void the_api_depends_on_nothing_but_the_nullness_annotations() {
    assertThat(requiredBy("io.diffucoder.api")).containsExactly("org.jspecify");
  }

  @Test
  void the_core_sees_the_api_and_no_backend() {
    assertThat(requiredBy("io.diffucoder.core"))
        .contains("io.diffucoder.api")
        .doesNotContain("io.diffucoder.cpu", "io.diffucoder.cuda", "io.diffucoder.tck");
  }

  @Test
  void a_backend_sees_the_api_and_not_the_core() {
    for (String backend : Set.of("io.diffucoder.cpu", "io.diffucoder.cuda")) {
      assertThat(requiredBy(backend))
          .contains("io.diffucoder.api")
          .noneMatch(name -> name.equals("io.diffucoder.core"));
    }
  }

  @Test
  void nothing_but_the_api_and_the_facade_is_exported() {
    assertThat(exportedBy("io.diffucoder.api"))
        .containsExactlyInAnyOrder(
            "io.diffucoder.api", "io.diffucoder.sampling", "io.diffucoder.spi");
    assertThat(exportedBy("io.diffucoder.core")).containsExactly("io.diffucoder");
    assertThat(exportedBy("io.diffucoder.cpu")).isEmpty();
    assertThat(exportedBy("io.diffucoder.cuda")).isEmpty();
  }

  @Test
  void the_cpu_backend_shows_its_kernels_to_the_onednn_backend_alone() {
    assertThat(module("io.diffucoder.cpu").exports())
        .allSatisfy(
            exports -> assertThat(exports.targets()).containsExactly("io.diffucoder.onednn"));
  }

  private static Set<String> requiredBy(String module) {
    return module(module).requires().stream()
        .map(ModuleDescriptor.Requires::name)
        .filter(name -> !name.equals("java.base"))
        .collect(Collectors.toSet());
  }

  private static Set<String> exportedBy(String module) {
    return module(module).exports().stream()
        .filter(exports -> !exports.isQualified())
        .map(ModuleDescriptor.Exports::source)
        .collect(Collectors.toSet());
  }

  private static ModuleDescriptor module(String name) {
    return Objects.requireNonNull(MODULES.get(name), () -> name + " is not on the class path");
  }
}
