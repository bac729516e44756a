package io.diffucoder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;

/**
 * Something to write, and tests of what is written.
 *
 * @param query what is asked for
 * @param tests calls of the first function of the answer, at least one
 */
record Task(String query, List<Test> tests) {

  /**
   * One call and what it should return, of the very same types.
   *
   * @param arguments a JSON array
   * @param expected any JSON value
   */
  record Test(JsonNode arguments, JsonNode expected) {}

  Task {
    Objects.requireNonNull(query, "query");
    tests = List.copyOf(tests);
  }

  /** Whether two values are the same, and every part of them of the same type: 1 is not 1.0. */
  static boolean isSame(JsonNode expected, JsonNode actual) {
    if (expected.isIntegralNumber() && actual.isIntegralNumber()) {
      return expected.bigIntegerValue().equals(actual.bigIntegerValue());
    }
    if (expected.isFloatingPointNumber() && actual.isFloatingPointNumber()) {
      return expected.doubleValue() == actual.doubleValue();
    }
    if (expected.isArray() && actual.isArray()) {
      boolean same = expected.size() == actual.size();
      for (int i = 0; same && i < expected.size(); i++) {
        same = isSame(expected.get(i), actual.get(i));
      }
      return same;
    }
    if (expected.isObject() && actual.isObject()) {
      return expected.size() == actual.size()
          && expected.properties().stream()
              .allMatch(
                  e -> actual.has(e.getKey()) && isSame(e.getValue(), actual.get(e.getKey())));
    }
    return expected.equals(actual);
  }
}
