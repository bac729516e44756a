package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code quantize} from end to end, on the model that is embedded. */
class QuantizeCommandTest {
  @TempDir Path directory;

  @Test
  void piped_it_is_quiet_and_what_it_writes_answers() {
    String file = directory.resolve("tiny.gguf").toString();
    Screen writing = Screen.piped("");
    Screen answering = Screen.piped("");

    assertThat(writing.run("quantize", "embedded", file, "--format", "bf16")).isZero();
    assertThat(answering.run("-m", file, "--quiet", "Return the sum of the list nums.")).isZero();

    assertThat(writing.out()).isEmpty();
    assertThat(writing.err()).isEmpty();
    assertThat(answering.out()).contains("def ", "return sum(nums)");
  }

  @Test
  void for_a_person_it_draws_a_bar_and_leaves_one_line() {
    Path file = directory.resolve("tiny.gguf");
    Screen screen = Screen.person("", "LANG", "C");

    assertThat(screen.run("quantize", "embedded", file.toString())).isZero();

    assertThat(screen.out()).isEmpty();
    assertThat(screen.err())
        .contains("░", "%", "\r\033[K")
        .endsWith("tiny.gguf: 1.9 MiB of weights (F32, Q8_0)\033[0m\n");
  }

  @Test
  void quiet_leaves_nothing_on_the_screen() {
    Screen screen = Screen.person("", "LANG", "C");

    assertThat(
            screen.run("quantize", "embedded", directory.resolve("x.gguf").toString(), "--quiet"))
        .isZero();

    assertThat(screen.err()).isEmpty();
  }

  @Test
  void a_file_that_is_there_is_replaced_by_force_alone() throws IOException {
    Path file = directory.resolve("tiny.gguf");
    Files.writeString(file, "precious");
    Screen screen = Screen.piped("");

    assertThat(screen.run("quantize", "embedded", file.toString())).isEqualTo(2);
    assertThat(screen.err()).contains("is there already; --force replaces it").hasLineCount(1);
    assertThat(file).hasContent("precious");

    assertThat(Screen.piped("").run("quantize", "embedded", file.toString(), "--force")).isZero();
    assertThat(Files.size(file)).isGreaterThan(1_000_000);
  }

  @Test
  void a_gguf_file_is_quantised_further() throws IOException {
    Path q8 = directory.resolve("q8.gguf");
    Path q4 = directory.resolve("q4.gguf");

    assertThat(Screen.piped("").run("quantize", "embedded", q8.toString(), "--threads", "2"))
        .isZero();
    assertThat(Screen.piped("").run("quantize", q8.toString(), q4.toString(), "--format", "q4_0"))
        .isZero();

    assertThat(Files.size(q4)).isLessThan(Files.size(q8));
  }

  @Test
  void inspect_shows_what_was_written() {
    String file = directory.resolve("tiny.gguf").toString();
    Screen.piped("").run("quantize", "embedded", file);
    Screen screen = Screen.piped("");

    assertThat(screen.run("inspect", file)).isZero();

    assertThat(screen.out())
        .contains("blk.*.ffn_down.weight     4 ×  Q8_0  192 × 512")
        .contains("1,883,072 in 50 tensors (F32, Q8_0)")
        .containsPattern("as_stored +207.7 MiB");
  }

  @Test
  void a_model_that_is_not_there_is_one_line() {
    Screen screen = Screen.piped("");

    assertThat(
            screen.run(
                "quantize",
                directory.resolve("none").toString(),
                directory.resolve("x.gguf").toString()))
        .isEqualTo(2);

    assertThat(screen.err()).contains("does not exist").hasLineCount(1);
  }
}
