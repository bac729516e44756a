package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.api.ArNess;
import io.diffucoder.api.GenerationMetrics;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BenchTableTest {

  @Test
  void has_a_line_for_each_setting_with_numbers_aligned() {
    assertThat(BenchTable.of(BenchScript.report("entropy", "origin@24")).lines().limit(3))
        .containsExactly(
            "setting    pass@1        NFE   TPF  rows  tokens/s          AR local  global",
            "entropy     0.500  1/2  36.0  0.33  2160      24.0  1.00 ×      1.00    1.00",
            "origin@24   0.500  1/2  36.0  0.33  2160      24.0  1.00 ×      1.00    1.00");
  }

  @Test
  void says_what_ran_and_how_to_read_it() {
    assertThat(BenchTable.of(BenchScript.report("entropy")))
        .contains("\n\n2 tasks <a & b> · tiny on cpu, a processor\n")
        .contains("after 3 generations to warm up")
        .endsWith("its standard error is up to 0.354.\n"); // sqrt(0.5 * 0.5 / 2)
  }

  @Test
  void what_was_not_measured_is_a_dash() {
    assertThat(BenchTable.of(BenchScript.unchecked("entropy")))
        .contains("entropy       –    36.0")
        .endsWith("pass@1: not measured, as no generated code was run.\n");
  }

  @Test
  void sums_come_before_ratios() {
    Setting setting = BenchScript.setting("entropy");
    ArNess order = new ArNess(List.of(2, 1)); // Neither continues a run; the second is leftmost.
    GenerationMetrics quick = new GenerationMetrics(10, 100, 30, 5, 7, 1_000_000_000, 0, 7, order);
    GenerationMetrics slow = new GenerationMetrics(40, 900, 10, 5, 7, 3_000_000_000L, 0, 7, order);

    Summary summary =
        Summary.of(
            setting,
            List.of(
                new Scored(new Sample(0, setting, "", quick), Optional.of(Verdict.PASSED)),
                new Scored(new Sample(1, setting, "", slow), Optional.of(Verdict.PASSED))));

    assertThat(summary.passRate()).isEqualTo(1);
    assertThat(summary.networkEvaluationsPerTask()).isEqualTo(25); // (10 + 40) / 2
    assertThat(summary.rowsPerTask()).isEqualTo(500); // (100 + 900) / 2
    assertThat(summary.tokensPerForward()).isEqualTo(0.8); // (30 + 10) / (10 + 40)
    assertThat(summary.tokensPerSecond()).isEqualTo(10); // (30 + 10) / (1 + 3)
    assertThat(summary.localArNess()).isZero();
    assertThat(summary.globalArNess()).isEqualTo(0.5);
  }
}
