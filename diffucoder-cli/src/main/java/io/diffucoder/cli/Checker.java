package io.diffucoder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.diffucoder.cli.python.Outcome;
import io.diffucoder.cli.python.Program;
import io.diffucoder.cli.python.Sandbox;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the tests of tasks on answers. Settings often give the same answer to a task: it is run
 * once. Not thread-safe.
 */
final class Checker {
  private static final int LONGEST_VALUE = 60;

  private record Answered(Task task, String code) {}

  private final Sandbox sandbox;
  private final Map<Answered, Verdict> known = new HashMap<>();

  Checker(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /** Whether every test of the task returns what it should. */
  Verdict check(Task task, String answer) throws IOException {
    String code = Answer.code(answer);
    if (code.isBlank()) {
      return Verdict.failed("there is no code in the answer");
    }
    Answered key = new Answered(task, code);
    Verdict verdict = known.get(key);
    if (verdict == null) {
      List<JsonNode> calls = task.tests().stream().map(Task.Test::arguments).toList();
      verdict = compare(task.tests(), sandbox.run(new Program(code, calls)));
      known.put(key, verdict);
    }
    return verdict;
  }

  /** What the tests say of what came of a program. */
  static Verdict compare(List<Task.Test> tests, Outcome outcome) {
    for (int i = 0; i < tests.size(); i++) {
      if (i == outcome.values().size()) {
        String reason = outcome.failure().orElse("there is no result");
        return Verdict.failed(i == 0 ? reason : "test %s: %s".formatted(i + 1, reason));
      }
      JsonNode expected = tests.get(i).expected();
      JsonNode actual = outcome.values().get(i);
      if (!Task.isSame(expected, actual)) {
        return Verdict.failed(
            "test %s: expected %s, got %s"
                .formatted(i + 1, shortened(expected), shortened(actual)));
      }
    }
    return outcome.failure().map(Verdict::failed).orElse(Verdict.PASSED);
  }

  private static String shortened(JsonNode value) {
    String text = value.toString();
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + " …";
  }
}
