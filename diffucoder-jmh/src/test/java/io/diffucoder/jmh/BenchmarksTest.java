package io.diffucoder.jmh;

import static org.assertj.core.api.Assertions.assertThat;

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
  void attention_runs() {
    AttentionBenchmark attention = new AttentionBenchmark();
    attention.open();

    assertThat(attention.attention().rows()).isEqualTo(1);
    attention.close();
  }
}
