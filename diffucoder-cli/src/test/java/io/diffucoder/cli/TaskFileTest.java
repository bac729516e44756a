package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TaskFileTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TASK =
      "{\"key\":0,\"query\":\"q\",\"tests\":[{\"args\":[1,[2]],\"expected\":null}]}";

  private static void refused(String line, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TaskFile.parse("t.jsonl", "\n" + line))
        .withMessageStartingWith("t.jsonl")
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @EnumSource
  void two_hundred_tasks_of_each_kind_are_shipped(TaskFile.Shipped kind) throws IOException {
    TaskFile file = TaskFile.of(kind);

    assertThat(file.tasks()).hasSize(200).allMatch(task -> task.tests().size() >= 3);
    assertThat(file.limitedTo(3).tasks()).isEqualTo(file.tasks().subList(0, 3));
    assertThat(file.limitedTo(999)).isEqualTo(file);
  }

  @Test
  void a_task_is_a_line_and_empty_lines_are_none() {
    TaskFile file = TaskFile.parse("t.jsonl", TASK + "\n\n" + TASK + "\n");

    assertThat(file.tasks()).hasSize(2);
    assertThat(file.tasks().getFirst().query()).isEqualTo("q");
    assertThat(file.tasks().getFirst().tests().getFirst())
        .hasToString("Test[arguments=[1,[2]], expected=null]");
  }

  @Test
  void what_is_no_task_is_refused_with_its_line() {
    refused("def f():", "line 2 is no JSON");
    refused(TASK + TASK, "line 2 is no JSON");
    refused("{\"tests\":[]}", "line 2 has no text with the key query");
    refused("{\"query\":\"q\"}", "line 2 has no tests");
    refused("{\"query\":\"q\",\"tests\":[{\"args\":[]}]}", "line 2 has a test without");
    refused("{\"query\":\"q\",\"tests\":[{\"args\":1,\"expected\":2}]}", "a list args");
    refused("", "has no tasks");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1|1|true",
        "1|1.0|false",
        "1|true|false",
        "1|\"1\"|false",
        "0.5|0.5|true",
        "0.0|-0.0|true",
        "12345678901234567890|12345678901234567890|true",
        "null|null|true",
        "null|0|false",
        "[]|[]|true",
        "[1,[2]]|[1,[2]]|true",
        "[1,2]|[2,1]|false",
        "[1]|[1,1]|false",
        "[1]|[true]|false",
        "{\"a\":1,\"b\":2}|{\"b\":2,\"a\":1}|true",
        "{\"a\":1}|{\"a\":1.0}|false",
        "{\"a\":1}|{\"b\":1}|false",
        "[]|{}|false",
      })
  void values_are_the_same_if_their_types_are_too(String expected, String actual, boolean same)
      throws JsonProcessingException {
    assertThat(Task.isSame(JSON.readTree(expected), JSON.readTree(actual))).isEqualTo(same);
  }
}
