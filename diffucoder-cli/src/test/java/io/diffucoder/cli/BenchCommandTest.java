package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bench} from end to end, on the model that is embedded. */
class BenchCommandTest {
  @TempDir Path directory;

  private static void refused(String message, String... args) {
    Screen screen = Screen.piped("");

    assertThat(screen.run(args)).isEqualTo(2);
    assertThat(screen.out()).isEmpty();
    assertThat(screen.err()).contains(message).hasLineCount(1);
  }

  @Test
  void piped_it_prints_the_table_and_writes_what_is_asked_for() throws IOException {
    Path json = directory.resolve("b.json");
    Screen screen = Screen.piped("");

    assertThat(
            screen.run(
                "bench",
                "--limit=2",
                "--settings=entropy@4,origin@2",
                "--no-run",
                "--warmup=1",
                "--backend=cpu",
                "--json",
                json.toString()))
        .isZero();

    assertThat(screen.out())
        .startsWith("setting")
        .contains("\nentropy@4", "\norigin@2", "2 held-out tasks of the embedded model");
    assertThat(screen.err()).isEmpty();
    assertThat(json).content().contains("\"steps\":\"4\"").endsWith("}\n");
  }

  @Test
  void for_a_person_it_shows_how_far_it_is_and_runs_the_answers() throws IOException {
    Path svg = directory.resolve("b.svg");
    Screen screen = Screen.person("", "PATH", System.getenv("PATH"));

    int code =
        screen.run(
            "bench", "--limit=1", "--settings=default", "--warmup=0", "--svg", svg.toString());

    assumeConfined(screen);
    assertThat(code).isZero();
    assertThat(screen.out()).containsPattern("default +[01]\\.000  [01]/1  48\\.0");
    assertThat(screen.err()).contains("generating 0 of 1", "\r\033[K");
    assertThat(svg).content().startsWith("<svg");
  }

  private static void assumeConfined(Screen screen) {
    String why = screen.err();
    assumeFalse(why.contains("--no-run"), why);
  }

  @Test
  void without_python_it_says_so_before_it_generates() {
    refused("--no-run", "bench", "--limit=1");
  }

  @Test
  void contradictions_and_bad_values_are_refused() throws IOException {
    Path tasks = Files.writeString(directory.resolve("t.jsonl"), "{}");

    refused("--tasks seen and the file", "bench", "--tasks=seen", tasks.toString());
    refused("--svg shows pass@1", "bench", "--no-run", "--svg=x.svg");
    refused("must be positive", "bench", "--limit=0");
    refused("ends in .json, got 'x.txt'", "bench", "--json=x.txt");
    refused("there is no directory", "bench", "--svg", directory.resolve("no/x.svg").toString());
    refused("line 1 has no text with the key query", "bench", "--no-run", tasks.toString());
    refused("NoSuchFileException", "bench", directory.resolve("none.jsonl").toString());
  }

  @Test
  void unknown_settings_are_refused_before_anything_is_generated() {
    Screen screen = Screen.piped("");

    assertThat(screen.run("bench", "--no-run", "--backend=cpu", "--settings=fastest")).isEqualTo(2);
    assertThat(screen.err()).contains("there is no setting 'fastest'").hasLineCount(1);
  }
}
