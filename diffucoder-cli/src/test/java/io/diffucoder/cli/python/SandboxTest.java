package io.diffucoder.cli.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that behave. */
class SandboxTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Limits TIGHT = Limits.STANDARD.withTime(Duration.ofSeconds(5));

  private static Sandbox sandbox;

  /** A sandbox; the test is skipped, with the reason, where programs cannot be confined. */
  static Sandbox openOrSkip(Limits limits) throws IOException {
    try {
      return Sandbox.open(System.getenv(), limits);
    } catch (UnconfinedException e) {
      return abort(String.valueOf(e.getMessage()));
    }
  }

  static Outcome run(Sandbox sandbox, String code, String... calls) throws IOException {
    List<JsonNode> arguments = new ArrayList<>();
    for (String call : calls) {
      arguments.add(JSON.readTree(call));
    }
    return sandbox.run(new Program(code, arguments));
  }

  private static void returns(String code, String arguments, String value) throws IOException {
    Outcome outcome = run(sandbox, code, arguments);

    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.values()).hasToString("[" + value + "]");
  }

  private static void fails(String code, String reason) throws IOException {
    Outcome outcome = run(sandbox, code, "[3]");

    assertThat(outcome.values()).isEmpty();
    assertThat(outcome.failure()).get().asString().contains(reason);
  }

  @BeforeAll
  static void open() throws IOException {
    sandbox = openOrSkip(TIGHT);
  }

  @Test
  void calls_the_first_function_with_every_list_of_arguments() throws IOException {
    Outcome outcome =
        run(
            sandbox,
            "def add(a, b):\n  return a + b\ndef other():\n  return 0",
            "[1, 2]",
            "[[1], []]",
            "[\"é\", \"\\n\"]");

    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.values()).hasToString("[3, [1], \"é\\n\"]");
  }

  @Test
  void keeps_the_types_of_results_apart() throws IOException {
    returns(
        "def f(x):\n  return [1, 1.0, True, None, '1', {'k': x}]",
        "[2]",
        """
        [1,1.0,true,null,"1",{"k":2}]\
        """);
  }

  @Test
  void what_json_wrote_as_lists_and_text_in_the_task_counts_as_such() throws IOException {
    returns("def f(xs):\n  return list(zip(xs, xs[1:]))", "[[1, 2, 3]]", "[[1,2],[2,3]]");
    returns("def f(xs):\n  return {x: x * x for x in xs}", "[[3]]", "{\"3\":9}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import math\ndef f(x):\n  return math.floor(9.5) + x",
        "def f(x):\n  import math\n  return math.isqrt(81) + x",
        "from typing import List\ndef f(x: int) -> int:\n  y: List[int] = [9, x]\n  return sum(y)",
        "from collections import Counter, deque\ndef f(x):\n  return Counter('a' * 9)['a'] + x",
        "import re, functools\ndef f(x):\n  return len(re.findall('a', 'a' * 9)) + x",
        "import datetime\ndef f(x):\n  return datetime.date(2020, 1, 9).day + x",
        "def g(n):\n  return 0 if n == 0 else 1 + g(n - 1)\ndef f(x):\n  return 0",
        "def f(x):\n  print('noise', flush=True)\n  return 9 + x",
        "def f(x):\n  return sum(len(str(i)) for i in range(200000)) and 9 + x",
      })
  void ordinary_programs_run(String code) throws IOException {
    Outcome outcome = run(sandbox, code, "[3]");

    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.values().getFirst().intValue()).isIn(12, 3);
  }

  @Test
  void says_why_there_is_no_result() throws IOException {
    fails("def f(x:\n", "SyntaxError");
    fails("f = lambda x: x", "there is no function in it");
    fails("raise ValueError('no')\ndef f(x):\n  return x", "ValueError: no");
    fails("def f(x):\n  return x / 0", "ZeroDivisionError");
    fails("def f():\n  return 1", "TypeError");
    fails("import numpy\ndef f(x):\n  return x", "No module named 'numpy'");
  }

  @Test
  void results_without_an_exact_form_are_refused() throws IOException {
    fails("def f(x):\n  return (x, x)", "holds a tuple");
    fails("def f(x):\n  return {x}", "holds a set");
    fails("def f(x):\n  return (i for i in range(x))", "holds a generator");
    fails("def f(x):\n  yield x", "holds a generator");
    fails("def f(x):\n  return float('nan')", "holds a float");
    fails("def f(x):\n  return [b'x']", "holds a bytes");
    fails("def f(x):\n  return {(1, 2): 3}", "holds a dict");
    fails(
        "class Any(int):\n  def __eq__(self, other):\n    return True\n"
            + "def f(x):\n  return Any(7)",
        "holds a Any");
  }

  @Test
  void values_before_a_failure_are_kept() throws IOException {
    Outcome outcome = run(sandbox, "def f(x):\n  return 6 // x", "[2]", "[0]", "[3]");

    assertThat(outcome.values()).hasToString("[3]");
    assertThat(outcome.failure()).get().asString().startsWith("ZeroDivisionError");
  }

  @Test
  void without_python_it_says_what_to_install() {
    assertThatExceptionOfType(UnconfinedException.class)
        .isThrownBy(() -> Sandbox.open(Map.of("PATH", "/nowhere"), TIGHT))
        .withMessageContaining("install python3");
  }
}
