package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.diffucoder.cuda.emulator.Emulator;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindingTest {
  private static final String MISSING =
      "the driver's binding for linux-arm64 is not found; add org.bytedeco:cuda:13.3-9.25-1.5.14 and org.bytedeco:javacpp:1.5.14 with the classifier linux-arm64 to the class path, or, on the module path, also --add-modules org.bytedeco.cuda.linux.arm64,org.bytedeco.javacpp.linux.arm64";

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x86_64",
    "Linux, aarch64, linux-arm64",
    "Windows 11, amd64, windows-x86_64",
  })
  void systems_and_processors_have_the_binding_s_names(String os, String arch, String platform) {
    assertThat(Binding.platform(os, arch)).isEqualTo(platform);
  }

  @Test
  void a_platform_whose_jars_are_there_has_no_obstacle() {
    assertThat(Binding.obstacle("linux-x86_64", getClass().getClassLoader())).isEmpty();
  }

  @Test
  void a_platform_whose_jars_are_not_there_is_told_what_to_add() {
    assertThat(Binding.obstacle("linux-arm64", getClass().getClassLoader())).contains(MISSING);
  }

  @Test
  void one_of_two_jars_does_not_suffice(@TempDir Path directory) throws Exception {
    Path library = directory.resolve("org/bytedeco/cuda/linux-arm64/libjnicudart.so");
    Files.createDirectories(library.getParent());
    Files.createFile(library);

    try (URLClassLoader half = new URLClassLoader(new URL[] {directory.toUri().toURL()}, null)) {
      assertThat(Binding.obstacle("linux-arm64", half)).contains(MISSING);
    }
  }

  @Test
  void the_versions_to_add_are_those_that_this_was_built_with() {
    assertThat(jarOf(cudart.class)).endsWith("cuda-13.3-9.25-1.5.14.jar");
    assertThat(jarOf(Loader.class)).endsWith("javacpp-1.5.14.jar");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "the emulated driver is for Linux")
  void a_binding_that_cannot_be_loaded_is_told_each_time() throws Exception {
    assumeThat(Emulator.obstacle()).as("why the emulator cannot run here").isEmpty();
    String halfClassPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.matches(".*/cuda-[^/]*-linux-x86_64\\.jar"))
            .collect(Collectors.joining(File.pathSeparator));

    List<String> lines =
        new ChildJvm(List.of(), halfClassPath, "")
            .run(OpenMain.class, Emulator.build().resolve("libcuda.so.1").toString());

    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst())
        .startsWith(
            "cuda: unavailable, the driver's binding cannot be loaded: no jnicudart in java.library.path")
        .endsWith(
            "; if it was unpacked into a directory mounted noexec, name another with -Dorg.bytedeco.javacpp.cachedir");
    assertThat(lines.getLast())
        .startsWith("cuda: unavailable, the driver's binding cannot be loaded: Could not init");
  }

  private static String jarOf(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().getPath();
  }
}
