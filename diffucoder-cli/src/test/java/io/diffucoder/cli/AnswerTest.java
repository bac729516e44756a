package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswerTest {
  private static final String CODE = "def f():\n    return 1\n";

  @Test
  void a_block_marked_as_python_is_the_code() {
    assertThat(Answer.code("Sure!\n```python\n" + CODE + "```\nThat is it.")).isEqualTo(CODE);
    assertThat(Answer.code("``` Python\n" + CODE + "```")).isEqualTo(CODE);
    assertThat(Answer.code("````py\r\n" + CODE + "````")).isEqualTo(CODE);
  }

  @Test
  void an_answer_that_ends_too_early_ends_its_block() {
    assertThat(Answer.code("```python\ndef f():\n    return 1")).isEqualTo(CODE);
  }

  @Test
  void of_several_blocks_the_first_python_one_counts() {
    assertThat(Answer.code("```bash\nls\n```\n```python\n" + CODE + "```\n```python\nx\n```"))
        .isEqualTo(CODE);
  }

  @Test
  void without_a_language_the_first_block_with_a_function_counts() {
    assertThat(Answer.code("```\n$ run\n```\n```\n" + CODE + "```")).isEqualTo(CODE);
  }

  @Test
  void without_fences_all_of_it_is_code_if_it_has_a_function() {
    assertThat(Answer.code(CODE)).isEqualTo(CODE);
    assertThat(Answer.code("I cannot do that.")).isEmpty();
    assertThat(Answer.code("")).isEmpty();
  }

  @Test
  void a_continued_text_ends_at_the_fence_that_was_opened_in_the_prompt() {
    assertThat(Answer.code(CODE + "```\nExplanation")).isEqualTo(CODE);
  }

  @Test
  void backticks_within_a_line_are_no_fence() {
    String code = "def f():\n    return '```'\n";

    assertThat(Answer.code("```python\n" + code + "```")).isEqualTo(code);
  }
}
