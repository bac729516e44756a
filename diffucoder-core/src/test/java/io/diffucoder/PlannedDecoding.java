package io.diffucoder;

import io.diffucoder.ScriptedDenoiser.Prediction;
import io.diffucoder.api.CancellationToken;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.DecodingPlan;
import io.diffucoder.sampling.SamplingOptions;
import io.diffucoder.sampling.SamplingOutcome;
import io.diffucoder.sampling.SamplingTask;
import io.diffucoder.sampling.StepEvent;
import io.diffucoder.sampling.StepListener;
import io.diffucoder.sampling.TokenRoles;
import io.diffucoder.sampling.TransferSchedule;
import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;
import java.util.Arrays;
import java.util.List;

/** One decoding of a canvas by a plan and a rule, on a scripted network. */
final class PlannedDecoding {
  /** The mask, an end token and a line break. */
  static final int MASK = 99;

  static final int END = 90;
  static final int BREAK = 91;

  private static final TokenRoles ROLES =
      new TokenRoles(TokenSet.NONE, TokenSet.of(END), TokenSet.of(BREAK));

  private final ScriptedDenoiser denoiser;
  private final Canvas canvas;
  private final SamplingOutcome outcome;

  private PlannedDecoding(ScriptedDenoiser denoiser, Canvas canvas, SamplingOutcome outcome) {
    this.denoiser = denoiser;
    this.canvas = canvas;
    this.outcome = outcome;
  }

  /** Decodes a canvas, greedily, in so many steps. */
  static PlannedDecoding run(
      ScriptedDenoiser denoiser, Canvas canvas, int steps, CommitPolicy policy, DecodingPlan plan) {
    SamplingOptions options =
        new SamplingOptions(
            TransferSchedule.ofSteps(steps), TokenFilter.GREEDY, policy, plan, ROLES, 0);
    SamplingTask task =
        new SamplingTask(canvas, options, StepListener.NONE, new CancellationToken());
    SamplingOutcome outcome = new MaskedDiffusionSampler().sample(denoiser, task);
    return new PlannedDecoding(denoiser, canvas, outcome);
  }

  /** A prediction with this probability, from which the entropy follows. */
  static Prediction sure(int token, double probability) {
    return new Prediction(
        token, (float) probability, (float) probability, (float) (probability - 1));
  }

  ScriptedDenoiser denoiser() {
    return denoiser;
  }

  List<Integer> tokens() {
    return Arrays.stream(canvas.tokens()).boxed().toList();
  }

  SamplingOutcome outcome() {
    return outcome;
  }

  /** The positions that each step committed. */
  List<List<Integer>> commits() {
    return outcome.steps().stream()
        .map(step -> step.commits().stream().map(StepEvent.Commit::position).toList())
        .toList();
  }
}
