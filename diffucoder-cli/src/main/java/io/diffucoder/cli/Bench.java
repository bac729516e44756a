package io.diffucoder.cli;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.sampling.GenerationOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Runs tasks through settings. All settings answer a task before the next one comes, so that a
 * noisy minute of the machine hits all alike; answers are checked when all are there, so that the
 * checks disturb no timing.
 *
 * @param tasks what is asked
 * @param settings how it is answered
 * @param generator answers a query with options
 * @param progress is told how far the work is
 * @param cancellation ends it, with a {@link io.diffucoder.api.GenerationCancelledException}
 */
record Bench(
    List<Task> tasks,
    List<Setting> settings,
    BiFunction<String, GenerationOptions, GenerationResult> generator,
    BenchProgress progress,
    CancellationToken cancellation) {

  /**
   * Generates and forgets: tasks in order, settings in turn, so that the JVM has compiled what the
   * measured ones need.
   */
  void warmUp(int generations) {
    progress.begin("warming up");
    for (int i = 0; i < generations; i++) {
      progress.show(i, generations);
      generate(i % tasks.size(), settings.get(i % settings.size()));
    }
  }

  /** Every task with every setting. */
  List<Sample> generate() {
    progress.begin("generating");
    List<Sample> samples = new ArrayList<>();
    for (int task = 0; task < tasks.size(); task++) {
      for (Setting setting : settings) {
        progress.show(samples.size(), tasks.size() * settings.size());
        samples.add(generate(task, setting));
      }
    }
    return samples;
  }

  /** Runs the tests of every sample. */
  List<Scored> check(List<Sample> samples, Checker checker) throws IOException {
    progress.begin("running the tests of");
    List<Scored> scored = new ArrayList<>();
    for (Sample sample : samples) {
      cancellation.throwIfCancelled();
      progress.show(scored.size(), samples.size());
      Verdict verdict = checker.check(tasks.get(sample.task()), sample.text());
      scored.add(new Scored(sample, Optional.of(verdict)));
    }
    return scored;
  }

  private Sample generate(int task, Setting setting) {
    GenerationResult result = generator.apply(tasks.get(task).query(), setting.options());
    cancellation.throwIfCancelled();
    return new Sample(task, setting, result.text(), result.metrics());
  }
}
