package io.diffucoder.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts a JVM as a user's application would, on the module path and on the class path. */
class ModulePathTest {
  private static final String APPLICATION =
      """
      package app;

      public class Main {
        public static void main(String[] args) {
          try (var coder = io.diffucoder.DiffuCoder.loadEmbedded()) {
            System.out.println(coder.backend().device());
            System.out.println(coder.generate("Return the sum of the list nums.").text());
          }
        }
      }
      """;

  @TempDir Path directory;

  @Test
  void runs_on_the_module_path_without_any_flag_and_with_vectors() throws Exception {
    write(
        "app/module-info.java",
        "module app { requires io.diffucoder.core; requires io.diffucoder.model.tiny; }");
    write("app/app/Main.java", APPLICATION);
    Jvm jvm = new Jvm(directory);
    jvm.javac("-d", "out", "-p", Jvm.entries(), "app/module-info.java", "app/app/Main.java");

    String printed = jvm.java("-p", withOutput(), "-m", "app/app.Main");

    assertThat(printed).contains("def ").doesNotContain("scalar");
  }

  @Test
  void runs_on_the_class_path_without_any_flag_and_says_what_a_flag_would_give() throws Exception {
    write("app/Main.java", APPLICATION);
    Jvm jvm = new Jvm(directory);
    jvm.javac("-d", "out", "-cp", Jvm.entries(), "app/Main.java");

    String printed = jvm.java("-cp", withOutput(), "app.Main");

    assertThat(printed).contains("def ").contains("--add-modules jdk.incubator.vector");
  }

  private void write(String file, String text) throws Exception {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private static String withOutput() {
    return Jvm.entries() + File.pathSeparator + "out";
  }
}
