package io.diffucoder;

import io.diffucoder.api.NumericalException;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.CommitContext;
import io.diffucoder.sampling.DenoiseQuery;
import io.diffucoder.sampling.SamplingOptions;
import io.diffucoder.sampling.SamplingOutcome;
import io.diffucoder.sampling.SamplingTask;
import io.diffucoder.sampling.StepEvent;
import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import java.util.ArrayList;
import java.util.List;

/**
 * One canvas on its way through its steps: asks for scores, commits, and says when it is done. Pure
 * bookkeeping; the network is somewhere else.
 */
final class DiffusionRun {
  private final SamplingTask task;
  private final List<StepEvent> events = new ArrayList<>();
  private int step;
  private int networkEvaluations;
  private long startNanos;
  private long elapsedNanos;

  DiffusionRun(SamplingTask task) {
    this.task = task;
  }

  SamplingTask task() {
    return task;
  }

  /** Whether another step is to be run. */
  boolean active() {
    return !decided() && !cancelled();
  }

  private boolean decided() {
    return step == task.options().schedule().steps() || task.canvas().maskedCount() == 0;
  }

  private boolean cancelled() {
    return task.cancellation().isCancelled() || Thread.currentThread().isInterrupted();
  }

  /** What to score for the next step. */
  DenoiseQuery query() {
    if (step == 0) {
      startNanos = System.nanoTime();
      task.listener().onStart(task.canvas().tokens(), task.canvas().maskTokenId());
    }
    SamplingOptions options = task.options();
    ScoreSpec spec =
        new ScoreSpec(
            options.filter(),
            ScoreSpec.Measured.FILTERED,
            options.banned(),
            new RandomKey(options.seed(), step));
    return new DenoiseQuery(task.canvas(), task.canvas().maskedPositions(), spec);
  }

  /** Commits by the scores of this step's {@link #query()} and ends the step. */
  void apply(DenoiseQuery query, Scores scores) {
    Canvas canvas = task.canvas();
    SamplingOptions options = task.options();
    int[] positions = query.positions();
    requireFinite(scores, positions);
    CommitContext context =
        new CommitContext(
            positions,
            options.schedule().quota(positions.length, step),
            options.schedule().fraction(step),
            query.spec().random());
    List<StepEvent.Commit> commits = new ArrayList<>();
    for (int row : options.policy().select(scores, context)) {
      canvas.commit(positions[row], scores.token()[row]);
      commits.add(
          new StepEvent.Commit(
              positions[row],
              scores.token()[row],
              scores.tokenProb()[row],
              scores.negativeEntropy()[row]));
    }
    networkEvaluations++;
    elapsedNanos = System.nanoTime() - startNanos;
    StepEvent event =
        new StepEvent(
            step,
            options.schedule().steps(),
            commits,
            canvas.maskedCount(),
            networkEvaluations,
            elapsedNanos);
    step++;
    events.add(event);
    task.listener().onStep(event);
  }

  /** How it went; to be asked when no longer {@link #active()}. */
  SamplingOutcome outcome() {
    return new SamplingOutcome(
        decided() ? SamplingOutcome.Completion.FINISHED : SamplingOutcome.Completion.CANCELLED,
        events,
        networkEvaluations,
        elapsedNanos);
  }

  /** The steps so far. */
  List<StepEvent> events() {
    return events;
  }

  private void requireFinite(Scores scores, int[] positions) {
    for (int row = 0; row < positions.length; row++) {
      if (scores.token()[row] < 0 || Float.isNaN(scores.negativeEntropy()[row])) {
        throw new NumericalException(
            ("step %d of %d: the logits for position %d are not finite numbers; are the weights"
                    + " damaged, or is a half-precision format overflowing?")
                .formatted(step + 1, task.options().schedule().steps(), positions[row]));
      }
    }
  }
}
