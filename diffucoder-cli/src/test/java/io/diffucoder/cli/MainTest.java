package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private final Screen screen = Screen.piped("");

  private void refused(String message, String... args) {
    assertThat(screen.run(args)).isEqualTo(2);
    assertThat(screen.out()).isEmpty();
    assertThat(screen.err()).startsWith("diffucoder: ").contains(message).hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"generate", "chat", "devices", "inspect", "quantize", "bench"})
  void every_command_has_help_and_a_version(String command) {
    assertThat(screen.run(command, "--help")).isZero();
    assertThat(screen.out()).contains("Usage: diffucoder " + command);

    Screen second = Screen.piped("");
    assertThat(second.run(command, "--version")).isZero();
    assertThat(second.out()).startsWith("diffucoder ").contains("Java 25");
  }

  @Test
  void the_program_has_help_that_names_its_commands_and_exit_codes() {
    assertThat(screen.run("--help")).isZero();
    assertThat(screen.out())
        .contains("generate", "chat", "devices", "inspect", "quantize", "bench", "130");
    assertThat(screen.err()).isEmpty();
  }

  @Test
  void an_empty_prompt_is_refused() {
    refused("no prompt");
  }

  @Test
  void at_a_terminal_without_arguments_it_does_not_wait_for_input() {
    Screen person = Screen.person("never read", "LANG", "C");

    assertThat(person.run()).isEqualTo(2);
    assertThat(person.err()).contains("no prompt").hasLineCount(1);
  }

  @Test
  void an_unknown_option_is_refused() {
    refused("Unknown option: '--frobnicate'; see diffucoder generate --help", "--frobnicate", "x");
  }

  @Test
  void a_bad_value_is_refused_with_the_good_ones() {
    refused("there are origin, maskgit_plus", "generate", "--alg", "fastest", "x");
  }

  @Test
  void a_weight_format_is_refused_with_the_good_ones() {
    refused("as_stored, f32, f16, bf16", "--weight-format", "q4", "x");
  }

  @Test
  void quiet_and_stats_contradict() {
    refused("--quiet and --stats contradict", "--quiet", "--stats", "x");
  }

  @Test
  void a_trace_of_unknown_kind_is_refused_before_anything_is_loaded() {
    refused("(.html) or a picture (.svg), got 'run.txt'", "--trace", "run.txt", "x");
  }

  @Test
  void a_trace_into_a_missing_directory_is_refused(@TempDir Path directory) {
    refused(
        "there is no directory",
        "--trace",
        directory.resolve("no").resolve("x.html").toString(),
        "x");
  }

  @Test
  void raw_style_has_no_chat() {
    refused("--style raw has no turns", "chat", "--style", "raw");
  }

  @Test
  void a_canvas_to_inspect_is_positive() {
    refused("--canvas must be positive, got 0", "inspect", "--canvas", "0");
  }

  @Test
  void a_file_to_quantize_into_ends_in_gguf() {
    refused("OUT.gguf has to end in .gguf, got 'out.bin'", "quantize", "embedded", "out.bin");
  }

  @Test
  void a_file_to_quantize_into_has_a_directory(@TempDir Path directory) {
    refused(
        "is no directory; create it first",
        "quantize",
        "embedded",
        directory.resolve("no").resolve("x.gguf").toString());
  }

  @Test
  void quantize_needs_to_know_what_and_where() {
    refused("Missing required parameter: 'OUT.gguf'", "quantize", "embedded");
  }

  @Test
  void a_format_to_quantize_to_is_refused_with_the_good_ones() {
    refused("q8_0, q4_0", "quantize", "embedded", "x.gguf", "--format", "q2_k");
  }

  @Test
  void a_message_of_several_lines_with_control_characters_becomes_one_clean_line() {
    refused("Unknown option: '--a b␛[2J'", "--a\n  b\033[2J");
  }
}
