package io.diffucoder.cli;

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

/**
 * Tasks of a file with one JSON object a line: {@code {"query": …, "tests": [{"args": […],
 * "expected": …}, …]}}; other keys are for people.
 *
 * @param name where they are from, in words
 * @param tasks in order, at least one
 */
record TaskFile(String name, List<Task> tasks) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** The tasks of the embedded model that are shipped. */
  enum Shipped {
    /** Combinations that were never in the model's training: held out. */
    UNSEEN("held-out tasks of the embedded model"),
    /** Combinations that were: they tell what the model has learnt, not what it can do. */
    SEEN("tasks like those that the embedded model was trained on");

    private final String words;

    Shipped(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  TaskFile {
    tasks = List.copyOf(tasks);
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no tasks; a task is a line of JSON with a query and tests".formatted(name));
    }
  }

  /** Reads a file. */
  static TaskFile read(Path file) throws IOException {
    return parse(file.toString(), Files.readString(file));
  }

  /** Reads tasks that are shipped. */
  static TaskFile of(Shipped shipped) throws IOException {
    String resource = "tasks-%s.jsonl".formatted(shipped);
    try (InputStream stream = TaskFile.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IOException(resource + " is missing beside " + TaskFile.class.getName());
      }
      return parse(shipped.words, new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** Reads text; empty lines are skipped. */
  static TaskFile parse(String name, String text) {
    List<Task> tasks = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (!line.isBlank()) {
        tasks.add(task(line, "%s, line %d".formatted(name, number)));
      }
    }
    return new TaskFile(name, tasks);
  }

  /** The first tasks of them; all if there are not so many. */
  TaskFile limitedTo(int count) {
    return new TaskFile(name, tasks.subList(0, Math.min(count, tasks.size())));
  }

  private static Task task(String line, String place) {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is no JSON: %s".formatted(place, e.getOriginalMessage()), e);
    }
    if (!json.path("query").isTextual()) {
      throw new IllegalArgumentException(place + " has no text with the key query");
    }
    List<Task.Test> tests = new ArrayList<>();
    for (JsonNode test : json.path("tests")) {
      if (!test.path("args").isArray() || !test.has("expected")) {
        throw new IllegalArgumentException(
            "%s has a test without a list args and a value expected: %s".formatted(place, test));
      }
      tests.add(new Task.Test(test.get("args"), test.get("expected")));
    }
    if (tests.isEmpty()) {
      throw new IllegalArgumentException(place + " has no tests, so that nothing could pass");
    }
    return new Task(json.get("query").asText(), tests);
  }
}
