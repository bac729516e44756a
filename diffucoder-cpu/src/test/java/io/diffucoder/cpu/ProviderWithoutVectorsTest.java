package io.diffucoder.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Starts JVMs on the class path the way an application without special flags does. */
class ProviderWithoutVectorsTest {

  /** What the started JVM runs. */
  static final class Application {
    private Application() {}

    @SuppressWarnings("SystemOut") // the test reads it
    public static void main(String[] arguments) {
      for (int i = 0; i < 2; i++) {
        new CpuBackendProvider().open(new io.diffucoder.spi.BackendOptions(1)).close();
      }
      System.out.println(new CpuBackendProvider().probe());
    }
  }

  @Test
  void without_the_module_scalar_code_runs_and_one_warning_names_the_flag() throws Exception {
    String output = run(List.of());

    assertThat(output).contains("scalar: add --add-modules jdk.incubator.vector");
    assertThat(output.split("cpu: running scalar code", -1)).hasSize(2);
  }

  @Test
  void without_c2_scalar_code_runs_and_the_warning_names_the_compiler() throws Exception {
    String output =
        run(List.of("--add-modules", "jdk.incubator.vector", "-XX:TieredStopAtLevel=1"));

    assertThat(output).contains("scalar: run HotSpot with its C2 compiler");
  }

  @Test
  void with_the_module_vectors_run_and_nothing_is_logged() throws Exception {
    String output = run(List.of("--add-modules", "jdk.incubator.vector"));

    assertThat(output).contains("-bit vectors").doesNotContain("cpu: running scalar code");
  }

  @Test
  void an_unknown_width_makes_the_backend_unavailable_with_the_property_named() throws Exception {
    String output = run(List.of("-Ddiffucoder.cpu.vectorBits=64"));

    assertThat(output).contains("diffucoder.cpu.vectorBits must be 0, 128, 256 or 512, got '64'");
  }

  private static String run(List<String> options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Application.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
