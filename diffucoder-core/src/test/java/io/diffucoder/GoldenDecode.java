package io.diffucoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.Confidence;
import io.diffucoder.sampling.DecodingPlan;
import io.diffucoder.sampling.DenoiseQuery;
import io.diffucoder.sampling.Denoiser;
import io.diffucoder.sampling.SamplingOptions;
import io.diffucoder.sampling.SamplingOutcome;
import io.diffucoder.sampling.SamplingTask;
import io.diffucoder.sampling.StepEvent;
import io.diffucoder.sampling.StepListener;
import io.diffucoder.sampling.TokenRoles;
import io.diffucoder.sampling.TransferSchedule;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.TokenFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A whole decode at temperature 0 that another implementation made, and two ways to compare.
 *
 * @param name for messages
 * @param start the canvas before the first step
 * @param mask the mask id
 * @param schedule steps and eps
 * @param confidence the rule
 * @param history the canvas after each step
 */
record GoldenDecode(
    String name,
    int[] start,
    int mask,
    TransferSchedule schedule,
    Confidence confidence,
    List<int[]> history) {

  static Confidence confidence(String alg) {
    return switch (alg) {
      case "maskgit_plus" -> Confidence.PROBABILITY;
      case "topk_margin" -> Confidence.MARGIN;
      case "entropy" -> Confidence.NEGATIVE_ENTROPY;
      default -> throw new AssertionError(alg);
    };
  }

  /**
   * What this implementation makes of it: the canvas after each step; early exit repeats the last.
   */
  List<int[]> decodeWith(Denoiser denoiser) {
    Canvas canvas = Canvas.of(start, mask);
    SamplingOptions options =
        new SamplingOptions(
            schedule,
            TokenFilter.GREEDY,
            CommitPolicy.topConfidence(confidence),
            DecodingPlan.REFERENCE,
            TokenRoles.NONE,
            0);
    SamplingOutcome outcome =
        new MaskedDiffusionSampler()
            .sample(
                denoiser,
                new SamplingTask(canvas, options, StepListener.NONE, new CancellationToken()));
    List<int[]> made = new ArrayList<>();
    int[] state = start.clone();
    for (StepEvent step : outcome.steps()) {
      step.commits().forEach(commit -> state[commit.position()] = commit.token());
      made.add(state.clone());
    }
    while (made.size() < schedule.steps()) {
      made.add(state.clone());
    }
    return made;
  }

  /**
   * Holds each step of the golden decode against the scores of its own canvas: what it committed
   * must be our candidates, as many as our schedule says, and no position left out may be surer
   * than one taken by more than float32 can tell. Equal decodes pass, and so do those where an
   * exact tie or a gap below rounding was broken otherwise.
   */
  void checkStepByStep(Denoiser denoiser, float confidenceBound) {
    int[] state = start;
    for (int step = 0; step < history.size(); step++) {
      Canvas canvas = Canvas.of(state, mask);
      int[] positions = canvas.maskedPositions();
      if (positions.length > 0) {
        Scores scores =
            denoiser
                .denoise(
                    List.of(DenoiseQuery.full(canvas, positions, ScoreSpec.greedy())),
                    new CancellationToken())
                .getFirst();
        checkStep(step, positions, scores, history.get(step), confidenceBound);
      }
      state = history.get(step);
    }
  }

  private void checkStep(int step, int[] positions, Scores scores, int[] after, float bound) {
    float weakestTaken = Float.POSITIVE_INFINITY;
    float strongestLeft = Float.NEGATIVE_INFINITY;
    int taken = 0;
    for (int row = 0; row < positions.length; row++) {
      float sure = confidence.of(scores, row);
      if (after[positions[row]] != mask) {
        assertThat(scores.token()[row])
            .as("%s, step %d, token for position %d", name, step, positions[row])
            .isEqualTo(after[positions[row]]);
        weakestTaken = Math.min(weakestTaken, sure);
        taken++;
      } else if (scores.token()[row] != mask) {
        strongestLeft = Math.max(strongestLeft, sure);
      }
    }
    long sampledMasks = IntStream.of(scores.token()).filter(t -> t == mask).count();
    assertThat(taken)
        .as("%s, step %d, commits", name, step)
        .isBetween(
            (int) (schedule.quota(positions.length, step) - sampledMasks),
            schedule.quota(positions.length, step));
    assertThat(strongestLeft)
        .as("%s, step %d, the surest position left against the least sure taken", name, step)
        .isLessThanOrEqualTo(weakestTaken + bound);
  }
}
