package io.diffucoder.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.spi.DType;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/** Every benchmark runs once, on tiny sizes, so that none of them rots. */
class BenchmarksTest {

  @Test
  void the_peak_is_positive_and_memory_is_read() {
    PeakBenchmark peak = new PeakBenchmark();
    peak.open();

    assertThat(peak.multiplyAdds()).isPositive();
    assertThat(peak.read()).isPositive();
    peak.close();
  }

  @Test
  void linear_runs() {
    LinearBenchmark linear = new LinearBenchmark();
    linear.open();

    assertThat(linear.linear().cols()).isEqualTo(7);
    linear.close();
  }

  @Test
  void score_runs() {
    ScoreBenchmark score = new ScoreBenchmark();
    for (ScoreBenchmark.Filter filter : ScoreBenchmark.Filter.values()) {
      score.filter = filter;
      score.open();

      assertThat(score.score().token()[0]).isBetween(0, 6);
      score.close();
    }
  }

  @Test
  void a_step_runs() {
    StepBenchmark step = new StepBenchmark();
    step.open();

    assertThat(step.step().getFirst().rows()).isEqualTo(16);
    step.close();
  }

  @Test
  void a_step_over_a_window_runs() {
    for (WindowBenchmark.Computed computed : WindowBenchmark.Computed.values()) {
      WindowBenchmark window = new WindowBenchmark();
      window.computed = computed;
      window.open();

      assertThat(window.step().getFirst().rows()).isEqualTo(32);
      window.close();
    }
  }

  @Test
  void every_type_has_weights_to_run_with() {
    for (DType type : DType.values()) {
      try (LinearCase linear =
          new LinearCase(new Fixture(1), 3, new LinearCase.Layer(256, 6), type)) {
        assertThat(linear.run().rows()).isEqualTo(3);
        assertThat((long) linear.work().weightBytes()).isEqualTo(type.bytes(256 * 6));
      }
    }
  }

  @Test
  void rates_of_two_threads_are_measured() {
    try (Arena arena = Arena.ofShared()) {
      assertThat(Peak.gigaflops(2)).isPositive();
      assertThat(Peak.gigabytes(2, Peak.memory(arena, 32 << 20))).isPositive();
    }
  }

  @Test
  void attention_runs() {
    AttentionBenchmark attention = new AttentionBenchmark();
    attention.open();

    assertThat(attention.attention().rows()).isEqualTo(1);
    attention.close();
  }
}
