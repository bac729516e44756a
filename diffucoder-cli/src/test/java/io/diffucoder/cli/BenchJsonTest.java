package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class BenchJsonTest {
  private static JsonNode parsed(BenchReport report) throws JsonProcessingException {
    return new ObjectMapper().readTree(BenchJson.of(report));
  }

  @Test
  void has_the_circumstances_the_settings_and_every_answer() throws JsonProcessingException {
    JsonNode json = parsed(BenchScript.report("entropy", "entropy@24"));

    assertThat(json.get("device").asText()).isEqualTo("a processor");
    assertThat(json.get("queries")).hasToString("[\"first\",\"second\"]");
    JsonNode setting = json.get("settings").get(1);
    assertThat(setting.get("name").asText()).isEqualTo("entropy@24");
    assertThat(setting.get("options").get("alg").asText()).isEqualTo("entropy");
    assertThat(setting.get("passed").intValue()).isEqualTo(1);
    assertThat(setting.get("tokensPerSecond").doubleValue()).isEqualTo(24);
    assertThat(json.get("samples")).hasSize(4);
  }

  @Test
  void an_answer_says_whether_it_passed_and_why_not() throws JsonProcessingException {
    JsonNode samples = parsed(BenchScript.report("entropy")).get("samples");

    assertThat(samples.get(0).get("passed").booleanValue()).isTrue();
    assertThat(samples.get(0).has("reason")).isFalse();
    assertThat(samples.get(1).get("passed").booleanValue()).isFalse();
    assertThat(samples.get(1).get("reason").asText()).isEqualTo("test 1: no");
    assertThat(samples.get(1).get("task").intValue()).isEqualTo(1);
    assertThat(samples.get(1).get("text").asText()).isEqualTo("two");
    assertThat(samples.get(1).get("networkEvaluations").intValue()).isEqualTo(24);
    assertThat(samples.get(1).get("tokens").intValue()).isEqualTo(12);
    assertThat(samples.get(1).get("denoiseNanos").longValue()).isEqualTo(500_000_000);
  }

  @Test
  void what_was_not_checked_neither_passed_nor_failed() throws JsonProcessingException {
    JsonNode json = parsed(BenchScript.unchecked("entropy"));

    assertThat(json.get("settings").get(0).has("passed")).isFalse();
    assertThat(json.get("samples").get(0).has("passed")).isFalse();
  }
}
