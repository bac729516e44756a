package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands from end to end, on the model that is embedded. */
class EmbeddedModelTest {
  private static final String PROMPT =
      "Return the sum of the squares of the even numbers in the list nums.";
  private static final String ANSWER =
      """
      ```python
      def sum_even_squares(nums):
          return sum(x * x for x in nums if x % 2 == 0)
      ```
      """;

  @Test
  void piped_it_prints_the_text_alone() {
    Screen screen = Screen.piped("");

    assertThat(screen.run(PROMPT)).isZero();

    assertThat(screen.out()).isEqualTo(ANSWER);
    assertThat(screen.err()).startsWith("diffucoder: using the cpu backend").hasLineCount(1);
  }

  @Test
  void quiet_prints_nothing_else_anywhere() {
    Screen screen = Screen.piped("");

    assertThat(screen.run("--quiet", PROMPT)).isZero();

    assertThat(screen.out()).isEqualTo(ANSWER);
    assertThat(screen.err()).isEmpty();
  }

  @Test
  void words_and_standard_input_are_the_same_prompt() {
    Screen screen = Screen.piped(PROMPT + "\n");

    assertThat(screen.run("generate", "-", "--stats", "--backend", "cpu")).isZero();

    assertThat(screen.out()).isEqualTo(ANSWER);
    assertThat(screen.err()).contains("tokens/s", "NFE 48", "ended by itself").hasLineCount(1);
  }

  @Test
  void for_a_person_it_draws_and_then_leaves_the_text_and_one_line() {
    Screen screen = Screen.person("", "LANG", "C");

    assertThat(screen.run(PROMPT)).isZero();

    assertThat(screen.out()).contains("░", "\033[?25l").endsWith("\033[?25h" + ANSWER);
    assertThat(screen.err())
        .startsWith("diffucoder: using the cpu backend")
        .contains("\n\033[2m")
        .hasLineCount(2);
  }

  @Test
  void a_chat_answers_each_line_and_obeys_its_commands() {
    Screen screen = Screen.piped(PROMPT + "\n/help\n/reset\n\n/exit\nnever read\n");

    assertThat(screen.run("chat")).isZero();

    assertThat(screen.out()).isEqualTo(ANSWER);
    assertThat(screen.err()).contains("/help is not a command", "Forgotten").hasLineCount(3);
  }

  @Test
  void a_chat_ends_with_its_input() {
    assertThat(Screen.piped("").run("chat", "--quiet")).isZero();
  }

  @Test
  void a_trace_is_a_page_or_a_picture(@TempDir Path directory) throws IOException {
    Path page = directory.resolve("run.html");
    Path picture = directory.resolve("run.SVG");

    assertThat(Screen.piped("").run("--steps", "4", "--trace", page.toString(), PROMPT)).isZero();
    assertThat(Screen.piped("").run("--steps", "4", "--trace", picture.toString(), PROMPT))
        .isZero();

    assertThat(page).content().contains("\"alg\":\"entropy\"", "\"steps\":\"4\"");
    assertThat(picture).content().startsWith("<svg").contains("step 4 of 4");
    assertThat(Files.size(page)).isLessThan(100_000);
  }

  @Test
  void inspect_tells_what_the_embedded_model_is() {
    Screen screen = Screen.piped("");

    assertThat(screen.run("inspect", "--canvas", "100")).isZero();

    assertThat(screen.out())
        .contains("hidden_size", "parameters", "model.layers.*.", "for a canvas of 100 tokens");
    assertThat(screen.err()).isEmpty();
  }

  @Test
  void devices_marks_the_cpu_or_a_better_one() {
    Screen screen = Screen.piped("");

    assertThat(screen.run("devices")).isZero();

    assertThat(screen.out()).contains("cpu", "\n* is what 'auto' takes");
  }

  @Test
  void a_missing_model_is_one_line_and_exit_code_two(@TempDir Path directory) {
    Screen screen = Screen.piped("");

    assertThat(screen.run("-m", directory.resolve("none").toString(), "x")).isEqualTo(2);

    assertThat(screen.err()).startsWith("diffucoder: ").contains("none").hasLineCount(1);
    assertThat(screen.out()).isEmpty();
  }

  @Test
  void an_unknown_backend_is_one_line_unless_verbose() {
    Screen terse = Screen.piped("");
    Screen verbose = Screen.piped("");

    assertThat(terse.run("--backend", "abacus", "x")).isEqualTo(2);
    assertThat(verbose.run("--backend", "abacus", "--verbose", "x")).isEqualTo(2);

    assertThat(terse.err()).contains("abacus").hasLineCount(1);
    assertThat(verbose.err()).contains("abacus", "\tat io.diffucoder");
  }
}
