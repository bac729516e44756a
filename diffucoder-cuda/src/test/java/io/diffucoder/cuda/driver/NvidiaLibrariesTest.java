package io.diffucoder.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.diffucoder.cuda.ChildJvm;
import io.diffucoder.cuda.emulator.Emulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How NVIDIA's libraries are found, each time in a JVM that has loaded none of them. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the libraries have Linux's names")
class NvidiaLibrariesTest {
  private static final String RUNTIME = "libcudart.so.13";

  @TempDir Path directory;

  @Test
  void without_a_toolkit_the_binding_links_to_a_stand_in_alone() throws Exception {
    List<String> lines = run(List.of(), "", "link", driver());

    assertThat(lines)
        .startsWith("prepared")
        .contains("mapped " + directory.resolve("libjnicudart.so"))
        .noneMatch(line -> line.matches("mapped .*/libcudart\\.so.*"));
  }

  @Test
  void the_binding_opens_a_device_with_a_stand_in_whose_file_is_gone() throws Exception {
    List<String> lines = run(List.of(), "", "open", driver());

    assertThat(lines)
        .startsWith("prepared", "opened emulated CUDA device")
        .anyMatch(line -> line.matches("mapped .*/diffucoder-cudart-.* \\(deleted\\)"));
    assertThat(directory).isDirectoryNotContaining("glob:**diffucoder-cudart*");
  }

  @Test
  void a_toolkit_s_library_is_loaded_from_where_cuda_home_says() throws Exception {
    Path library = directory.resolve("lib64").resolve(RUNTIME);
    Files.createDirectories(library.getParent());
    Files.write(library, StubLibrary.of(RUNTIME, System.getProperty("os.arch")));

    List<String> lines = run(List.of(), directory.toString(), "toolkit");

    assertThat(lines).contains("prepared", "mapped " + library);
  }

  @Test
  void a_library_is_present_if_a_toolkit_or_the_system_has_it() throws Exception {
    Path library = directory.resolve("targets/x86_64-linux/lib/libnvrtc.so.13");
    Files.createDirectories(library.getParent());
    Files.createFile(library);

    List<String> lines = run(List.of(), directory.toString(), "stub");

    assertThat(lines)
        .contains(
            RUNTIME + " present true", // the stand-in, loaded
            "libnvrtc.so.13 present true",
            "libabsent.so.13 present false");
  }

  @Test
  void a_stand_in_that_cannot_be_written_is_told_each_time() throws Exception {
    Path nowhere = directory.resolve("nowhere");

    List<String> lines = run(List.of("-Djava.io.tmpdir=" + nowhere), "", "stub-twice");

    String told =
        "unavailable: cuda: unavailable, libcudart.so.13 is not installed, and a stand-in for it cannot be written into %s; name another directory with -Djava.io.tmpdir"
            .formatted(nowhere);
    assertThat(lines).startsWith(told, told);
  }

  @Test
  void a_stand_in_for_another_processor_is_told() throws Exception {
    String another = System.getProperty("os.arch", "").equals("aarch64") ? "amd64" : "aarch64";

    List<String> lines = run(List.of("-Dos.arch=" + another), "", "stub");

    assertThat(lines.getFirst())
        .startsWith(
            "unavailable: cuda: unavailable, libcudart.so.13 is not installed, and a stand-in for it cannot be loaded from "
                + directory)
        .endsWith("; a directory mounted noexec is changed with -Djava.io.tmpdir");
  }

  @Test
  void the_compiler_is_loaded_with_the_part_of_it_that_it_would_not_find() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("lib"));
    for (String name : List.of("libnvrtc.so.13", "libnvrtc-builtins.so.13.0")) {
      Files.write(folder.resolve(name), StubLibrary.of(name, System.getProperty("os.arch")));
    }

    List<String> lines = run(List.of(), directory.toString(), "compiler");

    assertThat(lines)
        .contains(
            "mapped " + folder.resolve("libnvrtc.so.13"),
            "mapped " + folder.resolve("libnvrtc-builtins.so.13.0"));
  }

  private static String driver() {
    assumeThat(Emulator.obstacle()).as("why the emulator cannot run here").isEmpty();
    return Emulator.build().resolve("libcuda.so.1").toString();
  }

  /** The lines that {@link BindingMain} prints. */
  private List<String> run(List<String> flags, String cudaHome, String... args)
      throws IOException, InterruptedException {
    List<String> allFlags = new ArrayList<>(flags);
    allFlags.addFirst("-Djava.io.tmpdir=" + directory);
    return new ChildJvm(allFlags, System.getProperty("java.class.path"), cudaHome)
        .run(BindingMain.class, args);
  }
}
