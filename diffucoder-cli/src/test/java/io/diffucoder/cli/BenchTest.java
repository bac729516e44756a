package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.api.GenerationCancelledException;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.spi.BackendInfo;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchTest {
  private final List<String> asked = new ArrayList<>();
  private final CancellationToken cancellation = new CancellationToken();
  private final List<Setting> settings =
      Settings.parse(
          List.of("entropy@4", "entropy@2"), GenerationOptions.BASE, BackendInfo.Kind.CPU);
  private final Bench bench =
      new Bench(
          BenchScript.TASKS.tasks(),
          settings,
          this::answer,
          new BenchProgress(Screen.piped("").terminal()),
          cancellation);

  private GenerationResult answer(String query, GenerationOptions options) {
    asked.add(query + "@" + options.schedule().steps());
    return ScriptedRun.of("def", " f").result();
  }

  @Test
  void all_settings_answer_a_task_before_the_next_one_comes() {
    List<Sample> samples = bench.generate();

    assertThat(asked).containsExactly("first@4", "first@2", "second@4", "second@2");
    assertThat(samples).extracting(Sample::task).containsExactly(0, 0, 1, 1);
    assertThat(samples).extracting(Sample::text).containsOnly("def f");
  }

  @Test
  void warming_up_takes_tasks_and_settings_in_turn() {
    bench.warmUp(3);

    assertThat(asked).containsExactly("first@4", "second@2", "first@4");
  }

  @Test
  void a_cancelled_benchmark_has_no_samples() {
    cancellation.cancel();

    assertThatExceptionOfType(GenerationCancelledException.class).isThrownBy(bench::generate);
  }

  @Test
  void progress_tells_how_long_it_will_take() {
    assertThat(BenchProgress.line("generating", 0, 6, 1)).isEqualTo("generating 0 of 6");
    assertThat(BenchProgress.line("generating", 2, 6, 10_000_000_000L))
        .isEqualTo("generating 2 of 6  20 s left");
  }
}
