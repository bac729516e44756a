package io.diffucoder.cli.python;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What came of a program: claims of a process that nobody trusts, to be compared with what is
 * expected.
 *
 * @param values what its calls returned, in order, up to the first that returned nothing usable
 * @param failure why there are fewer values than calls; empty if there are as many
 */
public record Outcome(List<JsonNode> values, Optional<String> failure) {
  public Outcome {
    values = List.copyOf(values);
  }
}
