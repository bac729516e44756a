package io.diffucoder.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's quick start is what its readers will paste. */
class ReadmeTest {
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path directory;

  @Test
  void the_quick_start_runs_as_it_stands() throws Exception {
    Matcher block = JAVA_BLOCK.matcher(Files.readString(Path.of("..", "README.md")));
    assertThat(block.find()).isTrue();
    String source = block.group(1);
    assertThat(source.lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(10);
    Files.writeString(directory.resolve("QuickStart.java"), source);

    String printed = new Jvm(directory).java("-cp", Jvm.entries(), "QuickStart.java");

    assertThat(printed).contains("def ", "[::-1]");
  }
}
