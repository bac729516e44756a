package io.diffucoder.cli.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that mean harm are ended, and not believed. */
class HostileProgramTest {
  private static final Limits LIMITS = new Limits(Duration.ofSeconds(20), 256L << 20, 64 << 10);

  private static Sandbox sandbox;
  private static Sandbox impatient;

  @BeforeAll
  static void open() throws IOException {
    sandbox = SandboxTest.openOrSkip(LIMITS);
    impatient = sandbox.within(LIMITS.withTime(Duration.ofMillis(700)));
  }

  /** Runs the body of a function of x, for x = 3, and says why there is no value. */
  private static String failureOf(String... body) throws IOException {
    return failureOf(sandbox, String.join("\n  ", body));
  }

  /** Within 0.7 seconds. */
  private static String hastyFailureOf(String... body) throws IOException {
    return failureOf(impatient, String.join("\n  ", body));
  }

  private static String failureOf(Sandbox where, String body) throws IOException {
    Outcome outcome = SandboxTest.run(where, "import os, sys\ndef f(x):\n  " + body, "[3]");

    assertThat(outcome.values()).isEmpty();
    return outcome.failure().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "return open('/etc/passwd').read()",
        "return os.listdir('/')",
        "return open('/proc/self/environ').read()",
        "open('here.txt', 'w').write('x')",
        "open('/tmp/diffucoder-was-here', 'w').write('x')",
        "os.mkdir('directory')",
        "os.unlink('/tmp/anything')",
        "os.kill(os.getppid(), 9)",
        "os.kill(1, 0)",
        "os.fork()",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.execv('/bin/true', ['true'])",
        "os.pipe()",
        "os.dup(1)",
        "os.chmod('.', 0)",
        "import time; time.sleep(0.01)",
      })
  void whatever_needs_the_system_is_refused_by_the_kernel(String statement) throws IOException {
    assertThat(failureOf(statement)).startsWith("PermissionError");
  }

  @Test
  void going_round_python_changes_nothing() throws IOException {
    Outcome outcome =
        SandboxTest.run(
            sandbox,
            """
            def f(x):
              import ctypes
              c = ctypes.CDLL(None)
              return [c.socket(2, 1, 0), c.fork(), c.open(b'/etc/passwd', 0), c.getuid(),
                      c.prctl(22, 0, 0, 0, 0), c.ptrace(0, 0, 0, 0), c.kill(0, 9)]
            """,
            "[3]");

    assertThat(outcome.values()).hasToString("[[-1,-1,-1,-1,-1,-1,-1]]");
  }

  @Test
  void threads_and_limits_are_out_of_reach() throws IOException {
    assertThat(failureOf("import _thread", "_thread.start_new_thread(print, ())"))
        .contains("can't start new thread");
    assertThat(failureOf("import resource as r", "r.setrlimit(r.RLIMIT_FSIZE, (1, 1))"))
        .isNotEmpty();
    assertThat(failureOf("import socket")).contains("No module named 'socket'");
  }

  @Test
  void a_fork_bomb_that_catches_everything_runs_out_of_time() throws IOException {
    assertThat(hastyFailureOf("while True:", "  try: os.fork()", "  except BaseException: pass"))
        .endsWith("no result within 0.7 s");
  }

  @Test
  void an_endless_loop_that_catches_everything_runs_out_of_time() throws IOException {
    assertThat(
            hastyFailureOf(
                "while True:", "  try:", "    while True: pass", "  except BaseException: pass"))
        .endsWith("no result within 0.7 s");
  }

  @Test
  void endless_recursion_and_endless_memory_end() throws IOException {
    assertThat(failureOf("return f(x)")).startsWith("RecursionError");
    assertThat(hastyFailureOf("sys.setrecursionlimit(10**9)", "return f(x)")).isNotEmpty();
    assertThat(failureOf("return 'a' * (1 << 40)")).startsWith("MemoryError");
    assertThat(failureOf("xs = []", "while True: xs.append('a' * 10**6)"))
        .startsWith("MemoryError");
  }

  @Test
  void endless_output_is_cut() throws IOException {
    assertThat(failureOf("while True: os.write(1, b'x' * 10000)"))
        .isEqualTo("more than 65536 bytes of output");
    assertThat(hastyFailureOf("while True: print('x' * 10000)")).endsWith("no result within 0.7 s");
    assertThat(failureOf("return 'x' * 10**5")).isEqualTo("more than 65536 bytes of output");
  }

  @Test
  void leaving_early_is_no_result() throws IOException {
    assertThat(failureOf("os._exit(0)")).isEqualTo("its process ended without a result");
    assertThat(failureOf("sys.exit(0)")).startsWith("SystemExit");
    assertThat(failureOf("import ctypes", "ctypes.string_at(0)"))
        .isEqualTo("its process ended without a result");
    assertThat(failureOf("os.close(1)", "while True: pass")).isNotEmpty();
  }

  @Test
  void forged_lines_are_no_results() throws IOException {
    assertThat(failureOf("os.write(1, b'{\"passed\": true}\\n')", "os._exit(0)"))
        .isEqualTo("wrote to its output what is no result");
    assertThat(failureOf("print('{\"value\": 3}')", "os._exit(0)"))
        .isEqualTo("its process ended without a result");
    assertThat(failureOf("os.write(1, b'{\"unconfined\": \"x\"}\\n')", "os._exit(0)"))
        .isEqualTo("wrote to its output what is no result");
  }

  /** It may say whatever it likes: what is right is known outside alone. */
  @Test
  void a_guessed_line_is_a_guessed_result_and_more_lines_than_calls_are_none() throws IOException {
    String guess = "import os\ndef f(x):\n  os.write(1, b'{\"value\": 7}\\n' * %d)\n  os._exit(0)";

    Outcome one = SandboxTest.run(sandbox, guess.formatted(1), "[3]");
    Outcome two = SandboxTest.run(sandbox, guess.formatted(2), "[3]");

    assertThat(one.values()).extracting(JsonNode::intValue).isEqualTo(List.of(7));
    assertThat(two.failure()).contains("wrote to its output what is no result");
  }

  @Test
  void expected_values_are_not_within_reach() throws IOException {
    Outcome outcome =
        SandboxTest.run(
            sandbox,
            """
            def f(x):
              import gc
              found = [d for d in gc.get_objects() if type(d) is dict and 'calls' in d]
              return sorted(set(k for d in found for k in d if type(k) is str and len(d) == 4))
            """,
            "[3]");

    assertThat(outcome.values())
        .hasToString("[[\"calls\",\"code\",\"cpuSeconds\",\"memoryBytes\"]]");
  }

  @Test
  void patched_builtins_gain_nothing() throws IOException {
    assertThat(
            failureOf(
                "import builtins, json",
                "json.dumps = builtins.type = builtins.str = lambda *a, **k: 3",
                "sys.stdout = open",
                "return {1, 2}"))
        .isNotEmpty();
  }

  @Test
  void deeply_nested_results_are_refused() throws IOException {
    assertThat(failureOf("xs = []", "for i in range(100000): xs = [xs]", "return xs"))
        .contains("holds a list");
    assertThat(failureOf("xs = []", "xs.append(xs)", "return xs")).contains("holds a list");
  }

  @Test
  void a_file_is_not_written_anywhere(@TempDir Path directory) throws IOException {
    Path mark = directory.resolve("mark");

    failureOf("open(%s, 'w')".formatted(quoted(mark)));

    assertThat(mark).doesNotExist();
  }

  @Test
  void where_memory_does_not_even_suffice_for_python_nothing_is_run() {
    Limits none = new Limits(Duration.ofSeconds(5), 1 << 20, 64 << 10);

    assertThatExceptionOfType(UnconfinedException.class)
        .isThrownBy(() -> Sandbox.open(System.getenv(), none));
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "\\'") + "'";
  }
}
