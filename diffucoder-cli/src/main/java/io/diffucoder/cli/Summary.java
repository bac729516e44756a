package io.diffucoder.cli;

import io.diffucoder.api.GenerationMetrics;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * What one setting reached over all tasks. Tokens are those before the first end token.
 *
 * @param setting the setting
 * @param tasks number of tasks
 * @param passed how many of them passed their tests; empty if none were run
 * @param networkEvaluations forward passes (NFE), all tasks together
 * @param tokens real tokens, all tasks together
 * @param rows rows that the network computed, all tasks together
 * @param denoiseNanos time of denoising, all tasks together
 * @param localArNess local AR-ness@1, mean over tasks
 * @param globalArNess global AR-ness@1, mean over tasks
 */
record Summary(
    Setting setting,
    int tasks,
    OptionalInt passed,
    long networkEvaluations,
    long tokens,
    long rows,
    long denoiseNanos,
    double localArNess,
    double globalArNess) {

  /** Sums up a setting's samples, at least one. */
  static Summary of(Setting setting, List<Scored> samples) {
    List<Scored> own = samples.stream().filter(s -> s.sample().setting().equals(setting)).toList();
    boolean checked = own.stream().allMatch(s -> s.verdict().isPresent());
    int passed = (int) own.stream().filter(Scored::isPassed).count();
    return new Summary(
        setting,
        own.size(),
        checked ? OptionalInt.of(passed) : OptionalInt.empty(),
        sum(own, s -> s.metrics().networkEvaluations()),
        sum(own, s -> s.metrics().generatedTokens()),
        sum(own, Sample::rows),
        sum(own, s -> s.metrics().denoiseNanos()),
        mean(own, metrics -> metrics.arNess().local(1)),
        mean(own, metrics -> metrics.arNess().global(1)));
  }

  /** Share of tasks whose tests all pass; not a number if none were run. */
  double passRate() {
    return passed.isPresent() ? (double) passed.getAsInt() / tasks : Double.NaN;
  }

  /** Forward passes a task, mean. */
  double networkEvaluationsPerTask() {
    return (double) networkEvaluations / tasks;
  }

  /** Rows a task, mean. */
  double rowsPerTask() {
    return (double) rows / tasks;
  }

  /** Real tokens a forward pass (TPF). */
  double tokensPerForward() {
    return networkEvaluations == 0 ? 0 : (double) tokens / networkEvaluations;
  }

  /** Real tokens a second of denoising. */
  double tokensPerSecond() {
    return denoiseNanos == 0 ? 0 : tokens * 1e9 / denoiseNanos;
  }

  private static long sum(List<Scored> samples, ToLongFunction<Sample> number) {
    return samples.stream().map(Scored::sample).mapToLong(number).sum();
  }

  private static double mean(List<Scored> samples, ToDoubleFunction<GenerationMetrics> number) {
    return samples.stream()
        .map(scored -> scored.sample().metrics())
        .mapToDouble(number)
        .average()
        .orElse(Double.NaN);
  }
}
