package io.diffucoder;

import io.diffucoder.api.ArNess;
import io.diffucoder.api.CancellationToken;
import io.diffucoder.api.FinishReason;
import io.diffucoder.api.GenerationMetrics;
import io.diffucoder.api.GenerationRequest;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.core.model.Footprint;
import io.diffucoder.core.stream.Frontier;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.SamplingOptions;
import io.diffucoder.sampling.SamplingOutcome;
import io.diffucoder.sampling.SamplingTask;
import io.diffucoder.sampling.StepEvent;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** One request on its way from prompt to result. */
final class Generation {
  private final LoadedModel model;
  private final SamplingTask task;
  private final int promptTokens;
  private final long encodeNanos;

  private Generation(LoadedModel model, SamplingTask task, int promptTokens, long encodeNanos) {
    this.model = model;
    this.task = task;
    this.promptTokens = promptTokens;
    this.encodeNanos = encodeNanos;
  }

  /** Encodes the prompt and builds the canvas; all of the request's values are checked here. */
  static Generation prepare(
      LoadedModel model, GenerationRequest request, BooleanSupplier modelClosed) {
    long start = System.nanoTime();
    GenerationOptions options = request.options().orElse(model.defaults());
    int[] prompt = model.encode(request.prompt());
    model.requireRoomFor(prompt.length, options.maxNewTokens());
    Canvas canvas = Canvas.forCompletion(prompt, options.maxNewTokens(), model.maskTokenId());
    SamplingOptions sampling =
        new SamplingOptions(
            options.schedule(),
            options.filter(),
            options.policy(),
            options.plan(),
            model.roles(options),
            options.seed());
    CancellationToken cancellation =
        CancellationToken.when(
            () -> request.cancellation().isCancelled() || modelClosed.getAsBoolean());
    SamplingTask task = new SamplingTask(canvas, sampling, request.listener(), cancellation);
    return new Generation(model, task, prompt.length, System.nanoTime() - start);
  }

  SamplingTask task() {
    return task;
  }

  int promptTokens() {
    return promptTokens;
  }

  /** What it needs of a denoiser. */
  Footprint footprint() {
    return DiffusionRun.footprint(task);
  }

  /** Text that grows at the front of this generation's completion. */
  Frontier frontier() {
    return model.frontier(promptTokens);
  }

  /** Turns the canvas into the result. */
  GenerationResult finish(SamplingOutcome outcome) {
    long start = System.nanoTime();
    int[] canvas = task.canvas().tokens();
    int[] completion = Arrays.copyOfRange(canvas, promptTokens, canvas.length);
    int decided = firstMask(completion);
    int end = model.stopRule().endOf(completion);
    boolean ended = end < decided;
    int[] tokens = Arrays.copyOf(completion, Math.min(end, decided));
    String text = model.decode(tokens);
    return new GenerationResult(
        text,
        asList(tokens),
        switch (outcome.completion()) {
          case CANCELLED -> FinishReason.CANCELLED;
          case FINISHED -> ended ? FinishReason.END_TOKEN : FinishReason.LENGTH;
        },
        asList(canvas),
        promptTokens,
        outcome.steps(),
        new GenerationMetrics(
            outcome.networkEvaluations(),
            outcome.rowsComputed(),
            tokens.length,
            promptTokens,
            encodeNanos,
            outcome.elapsedNanos(),
            outcome.networkNanos(),
            System.nanoTime() - start,
            arNess(outcome.steps())));
  }

  private int firstMask(int[] completion) {
    int mask = task.canvas().maskTokenId();
    return IntStream.range(0, completion.length)
        .filter(i -> completion[i] == mask)
        .findFirst()
        .orElse(completion.length);
  }

  private static ArNess arNess(List<StepEvent> steps) {
    return new ArNess(
        steps.stream()
            .flatMap(step -> step.commits().stream())
            .map(StepEvent.Commit::position)
            .distinct() // a sampled mask, or a position taken back, is committed again
            .toList());
  }

  static List<Integer> asList(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
