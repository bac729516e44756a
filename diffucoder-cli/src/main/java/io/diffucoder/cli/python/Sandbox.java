package io.diffucoder.cli.python;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs programs that nobody trusts, each in a Python process of its own that has given up, before
 * it reads the program's first line, every system call but reading and writing what is open, memory
 * without a file, clocks and its own end: no file, no socket, no other process, no signal.
 *
 * <p>Linux holds it to that (a seccomp filter, with limits of time and memory), so that this works
 * on Linux alone. Seccomp's strict mode would be shorter, but takes the processor's clock away on
 * x86, without which Python's locks crash. The values that are expected never enter the process.
 */
public final class Sandbox {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final Path python;
  private final String harness;
  private final Optional<String> libraryPath;
  private final Limits limits;

  private Sandbox(Path python, Optional<String> libraryPath, String harness, Limits limits) {
    this.python = python;
    this.libraryPath = libraryPath;
    this.harness = harness;
    this.limits = limits;
  }

  private static String harness() throws IOException {
    try (InputStream resource = Sandbox.class.getResourceAsStream("harness.py")) {
      if (resource == null) {
        throw new IOException("harness.py is missing beside " + Sandbox.class.getName());
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Finds Python and makes sure, by trying, that it can be confined.
   *
   * @param environment of this process; {@code PATH} says where Python is
   * @throws UnconfinedException if it is not there, or cannot be confined here
   */
  public static Sandbox open(Map<String, String> environment, Limits limits) throws IOException {
    String system = System.getProperty("os.name");
    if (!system.equals("Linux")) {
      throw new UnconfinedException(
          "generated code is run on Linux alone, whose kernel can confine it; this is " + system);
    }
    Sandbox sandbox =
        new Sandbox(
            Interpreter.find(environment),
            Optional.ofNullable(environment.get("LD_LIBRARY_PATH")),
            harness(),
            limits);
    sandbox.expect("def f(n):\n  return n + 1", "[[41]]", "[42]");
    sandbox.expect("import os\ndef f(n):\n  return os.listdir(n)", "[[\"/\"]]", "[]");
    return sandbox;
  }

  /** The same with other limits. */
  Sandbox within(Limits newLimits) {
    return new Sandbox(python, libraryPath, harness, newLimits);
  }

  private void expect(String code, String calls, String values) throws IOException {
    List<JsonNode> arguments = new ArrayList<>();
    JSON.readTree(calls).forEach(arguments::add);
    Outcome outcome = run(new Program(code, arguments));
    if (!JSON.valueToTree(outcome.values()).equals(JSON.readTree(values))) {
      throw new UnconfinedException(
          "a trial of %s went wrong: it should have made %s, got %s"
              .formatted(python, values, outcome));
    }
  }

  /**
   * Runs a program.
   *
   * @throws UnconfinedException if it could not be confined; then it was not run
   * @throws java.nio.file.DirectoryNotEmptyException if it got out, and wrote a file
   */
  public Outcome run(Program program) throws IOException {
    Path directory = Files.createTempDirectory("diffucoder-sandbox");
    try {
      ProcessBuilder process =
          new ProcessBuilder(python.toString(), "-s", "-S", "-B", "-W", "ignore", "-c", harness)
              .directory(directory.toFile());
      process.environment().clear();
      process.environment().put("PYTHONHASHSEED", "0"); // The same order of sets in every run.
      libraryPath.ifPresent(path -> process.environment().put("LD_LIBRARY_PATH", path));
      return outcome(BoundedProcess.run(process, request(program), limits), program.calls().size());
    } finally {
      Files.delete(directory);
    }
  }

  private byte[] request(Program program) throws IOException {
    Map<String, Object> request =
        Map.of(
            "code", program.code(),
            "calls", program.calls(),
            "cpuSeconds", limits.processorSeconds(),
            "memoryBytes", limits.memoryBytes());
    return JSON.writeValueAsBytes(request);
  }

  /** Reads the lines that harness.py writes; only the first is sure to be its own. */
  private Outcome outcome(BoundedProcess process, int calls) throws UnconfinedException {
    List<String> lines = new String(process.output(), StandardCharsets.UTF_8).lines().toList();
    JsonNode first = lines.isEmpty() ? JSON.missingNode() : parsed(lines.getFirst());
    if (first.has("unconfined")) {
      throw new UnconfinedException(
          "generated code cannot be confined here: " + first.get("unconfined").asText());
    }
    if (!first.has("confined")) {
      return new Outcome(List.of(), Optional.of("Python itself did not start: " + end(process)));
    }
    List<JsonNode> values = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      JsonNode said = parsed(line);
      if (values.size() < calls && said.has("value")) {
        values.add(said.get("value"));
      } else {
        return new Outcome(values, Optional.of(failure(said, process)));
      }
    }
    return new Outcome(
        values, values.size() == calls ? Optional.empty() : Optional.of(end(process)));
  }

  private String failure(JsonNode said, BoundedProcess process) {
    if (said.path("failure").isTextual()) {
      return said.get("failure").asText();
    }
    return process.ending() == BoundedProcess.Ending.BY_ITSELF
        ? "wrote to its output what is no result"
        : end(process);
  }

  private String end(BoundedProcess process) {
    return switch (process.ending()) {
      case BY_ITSELF -> "its process ended without a result";
      case OUT_OF_TIME -> "no result within %s s".formatted(limits.time().toMillis() / 1e3);
      case TOO_MUCH_OUTPUT -> "more than %s bytes of output".formatted(limits.outputBytes());
    };
  }

  /** A line's JSON; a missing node if it is none. */
  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }
}
