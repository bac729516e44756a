package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.diffucoder.cli.python.Limits;
import io.diffucoder.cli.python.Outcome;
import io.diffucoder.cli.python.Sandbox;
import io.diffucoder.cli.python.UnconfinedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Task DOUBLE =
      TaskFile.parse(
              "t",
              """
              {"query":"q","tests":[{"args":[1],"expected":2},{"args":[4],"expected":8}]}\
              """)
          .tasks()
          .getFirst();

  private static Checker checker() throws IOException {
    try {
      return new Checker(Sandbox.open(System.getenv(), Limits.STANDARD));
    } catch (UnconfinedException e) {
      return abort(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<String> objection(String values, String failure) throws IOException {
    List<JsonNode> results = JSON.readerForListOf(JsonNode.class).readValue(values);
    Optional<String> reason = failure.isEmpty() ? Optional.empty() : Optional.of(failure);
    return Checker.compare(DOUBLE.tests(), new Outcome(results, reason)).objection();
  }

  @Test
  void all_values_have_to_be_the_expected_ones() throws IOException {
    assertThat(objection("[2,8]", "")).isEmpty();
    assertThat(objection("[2,9]", "")).contains("test 2: expected 8, got 9");
    assertThat(objection("[2.0,8]", "")).contains("test 1: expected 2, got 2.0");
  }

  @Test
  void what_comes_first_is_the_objection() throws IOException {
    assertThat(objection("[2]", "no result within 5.0 s"))
        .contains("test 2: no result within 5.0 s");
    assertThat(objection("[]", "SyntaxError: x")).contains("SyntaxError: x");
    assertThat(objection("[3]", "ValueError: x")).contains("test 1: expected 2, got 3");
    assertThat(objection("[2,8]", "wrote more")).contains("wrote more");
  }

  @Test
  void long_values_are_shortened() throws IOException {
    assertThat(objection("[\"%s\"]".formatted("x".repeat(99)), "")).get().asString().hasSize(86);
  }

  @Test
  void answers_are_run() throws IOException {
    Checker checker = checker();

    assertThat(checker.check(DOUBLE, "```python\ndef f(x):\n  return 2 * x\n```").isPassed())
        .isTrue();
    assertThat(checker.check(DOUBLE, "```python\ndef f(x):\n  return 2 * x").isPassed()).isTrue();
    assertThat(checker.check(DOUBLE, "```python\ndef f(x):\n  return x + 1\n```").objection())
        .contains("test 2: expected 8, got 5");
    assertThat(checker.check(DOUBLE, "Sorry.").objection())
        .contains("there is no code in the answer");
  }

  /** Some of them: a start of Python takes its time. */
  @Test
  void references_of_the_shipped_tasks_pass_their_tests() throws IOException {
    Checker checker = checker();
    for (TaskFile.Shipped kind : TaskFile.Shipped.values()) {
      List<Task> tasks = TaskFile.of(kind).tasks();
      List<String> references = references(kind);
      for (int i = 0; i < tasks.size(); i += 40) {
        assertThat(checker.check(tasks.get(i), references.get(i)).objection()).isEmpty();
      }
    }
  }

  private static List<String> references(TaskFile.Shipped kind) throws IOException {
    String resource = "tasks-%s.jsonl".formatted(kind);
    try (InputStream lines = CheckerTest.class.getResourceAsStream(resource);
        var values = JSON.readerFor(JsonNode.class).<JsonNode>readValues(lines)) {
      return values.readAll().stream().map(task -> task.get("reference").asText()).toList();
    }
  }
}
