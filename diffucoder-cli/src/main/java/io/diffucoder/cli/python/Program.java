package io.diffucoder.cli.python;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;

/**
 * Python code, and what its first function is called with.
 *
 * @param code defines a function at its top level
 * @param calls the arguments of each call, as JSON arrays
 */
public record Program(String code, List<JsonNode> calls) {
  public Program {
    Objects.requireNonNull(code, "code");
    calls = List.copyOf(calls);
  }
}
