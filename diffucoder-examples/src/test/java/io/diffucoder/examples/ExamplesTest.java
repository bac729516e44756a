package io.diffucoder.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Runs every example as its reader would, on the embedded model. */
@Isolated("captures System.out")
class ExamplesTest {

  @Test
  void hello_prints_a_palindrome_check() {
    assertThat(printedBy(Hello::main)).contains("def ", "[::-1]", "48 forward passes");
  }

  @Test
  void watch_the_canvas_prints_every_commit() {
    assertThat(printedBy(WatchTheCanvas::main).lines()).hasSize(48);
  }

  @Test
  void stream_text_prints_growing_text_and_the_reason() {
    assertThat(printedBy(StreamText::main)).startsWith("prompt of ").contains("def ", "END_TOKEN");
  }

  @Test
  void fewer_steps_prints_more_tokens_per_forward() {
    assertThat(printedBy(FewerSteps::main)).contains("48 steps", "24 steps", "12 steps");
  }

  @Test
  void presets_print_what_each_takes() {
    assertThat(printedBy(Presets::main))
        .contains("REFERENCE 48 passes, 3792 rows", "LOSSLESS", "BALANCED", "FAST", "[::-1]");
  }

  @Test
  void own_decoding_plan_prints_its_steps() {
    assertThat(printedBy(OwnDecodingPlan::main)).contains("def ", "\n0: ", "\n1: ");
  }

  @Test
  void together_prints_both_answers() {
    assertThat(printedBy(Together::main)).contains("sum(", "[::-1]");
  }

  @Test
  void own_commit_policy_is_autoregressive() {
    assertThat(printedBy(OwnCommitPolicy::main)).contains("AR-ness 1.0");
  }

  @Test
  void cancel_keeps_what_was_decided() {
    assertThat(printedBy(CancelFromAnotherThread::main)).startsWith("CANCELLED after ");
  }

  private interface Example {
    void run() throws Exception;
  }

  private static String printedBy(Example example) {
    PrintStream original = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      example.run();
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      System.setOut(original);
    }
    return captured.toString(StandardCharsets.UTF_8);
  }
}
