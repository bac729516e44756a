package io.diffucoder.cli.python;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Finds the Python of this machine. */
final class Interpreter {
  private static final List<String> NAMES = List.of("python3", "python");

  /** Needs syntax of Python 3 to be valid. */
  private static final String WHERE_IT_IS = "import sys; print(sys.executable, end='', flush=True)";

  private static final Limits PATIENCE = Limits.STANDARD.withTime(Duration.ofSeconds(20));

  private Interpreter() {}

  /**
   * The program that {@code python3} or {@code python} on the path stands for. They may be scripts
   * that need the user's environment to find it; what they find does not.
   *
   * @throws UnconfinedException if there is none
   */
  static Path find(Map<String, String> environment) throws IOException {
    for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      for (String name : NAMES) {
        File file = new File(directory, name);
        if (!directory.isEmpty() && file.isFile() && file.canExecute()) {
          String found = ask(file.getPath());
          if (!found.isBlank()) {
            return Path.of(found);
          }
        }
      }
    }
    throw new UnconfinedException(
        "there is no Python 3 on PATH to run generated code with; install python3");
  }

  private static String ask(String name) throws IOException {
    ProcessBuilder question = new ProcessBuilder(name, "-S", "-c", WHERE_IT_IS);
    byte[] answer = BoundedProcess.run(question, new byte[0], PATIENCE).output();
    return new String(answer, StandardCharsets.UTF_8);
  }
}
