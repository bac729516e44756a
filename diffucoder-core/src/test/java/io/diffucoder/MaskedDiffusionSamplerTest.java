package io.diffucoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.ScriptedDenoiser.Prediction;
import io.diffucoder.api.CancellationToken;
import io.diffucoder.api.GenerationCancelledException;
import io.diffucoder.api.NumericalException;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.Confidence;
import io.diffucoder.sampling.DecodingPlan;
import io.diffucoder.sampling.SamplingOptions;
import io.diffucoder.sampling.SamplingOutcome;
import io.diffucoder.sampling.SamplingTask;
import io.diffucoder.sampling.StepEvent;
import io.diffucoder.sampling.StepListener;
import io.diffucoder.sampling.TokenRoles;
import io.diffucoder.sampling.TransferSchedule;
import io.diffucoder.spi.TokenFilter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskedDiffusionSamplerTest {
  private static final int MASK = 5;

  /** The worked example of reference 3.10: positions 2 to 5 are masked, the logits never change. */
  private static final ScriptedDenoiser.Script WORKED_EXAMPLE =
      position ->
          switch (position) {
            case 2 -> new Prediction(0, 0.9317f, 0.9147f, -0.3437f);
            case 3 -> new Prediction(1, 0.7784f, 0.6730f, -0.8100f);
            case 4 -> new Prediction(3, 0.4394f, 0.1729f, -1.3968f);
            case 5 -> new Prediction(4, 0.9902f, 0.9877f, -0.0688f);
            default -> throw new AssertionError("position " + position + " is not masked");
          };

  private final MaskedDiffusionSampler sampler = new MaskedDiffusionSampler();
  private final ScriptedDenoiser denoiser = new ScriptedDenoiser(WORKED_EXAMPLE);
  private final Canvas canvas = Canvas.forCompletion(new int[] {0, 1}, 4, MASK);

  @Test
  void commits_the_worked_example_in_the_references_order() {
    SamplingOutcome outcome = sampler.sample(denoiser, task(canvas, 4));

    assertThat(canvas.tokens()).containsExactly(0, 1, 0, 1, 3, 4);
    assertThat(outcome.steps().stream().map(this::positions).toList())
        .containsExactly(List.of(), List.of(5), List.of(2), List.of(3, 4));
    assertThat(outcome.networkEvaluations()).isEqualTo(4);
    assertThat(outcome.completion()).isEqualTo(SamplingOutcome.Completion.FINISHED);
  }

  @Test
  void tells_the_listener_the_start_and_every_step() {
    List<String> told = new ArrayList<>();
    StepListener listener =
        new StepListener() {
          @Override
          public void onStart(int[] tokens, int maskTokenId) {
            told.add("start " + tokens.length + " " + maskTokenId);
          }

          @Override
          public void onStep(StepEvent event) {
            told.add(event.step() + "/" + event.steps() + " left " + event.masksLeft());
          }
        };

    sampler.sample(denoiser, task(canvas, options(4), listener, new CancellationToken()));

    assertThat(told)
        .containsExactly("start 6 5", "0/4 left 4", "1/4 left 3", "2/4 left 2", "3/4 left 0");
  }

  @Test
  void stops_early_when_no_mask_is_left() {
    SamplingOptions eager =
        new SamplingOptions(
            TransferSchedule.ofSteps(9),
            TokenFilter.GREEDY,
            (scores, context) -> new int[] {0, 1, 2, 3},
            DecodingPlan.REFERENCE,
            TokenRoles.NONE,
            0);

    SamplingOutcome outcome =
        sampler.sample(denoiser, task(canvas, eager, StepListener.NONE, new CancellationToken()));

    assertThat(outcome.networkEvaluations()).isEqualTo(1);
    assertThat(canvas.maskedCount()).isZero();
  }

  @Test
  void runs_no_step_on_a_canvas_without_masks() {
    Canvas decided = Canvas.of(new int[] {1, 2, 3}, MASK);

    SamplingOutcome outcome = sampler.sample(denoiser, task(decided, 4));

    assertThat(outcome.networkEvaluations()).isZero();
    assertThat(denoiser.calls()).isEmpty();
  }

  @Test
  void leaves_a_position_masked_when_the_mask_itself_is_drawn() {
    ScriptedDenoiser masks = new ScriptedDenoiser(p -> new Prediction(MASK, 0.9f, 0.8f, -0.1f));

    SamplingOutcome outcome = sampler.sample(masks, task(canvas, 3));

    assertThat(canvas.maskedCount()).isEqualTo(4);
    assertThat(outcome.networkEvaluations()).isEqualTo(3);
  }

  @Test
  void gives_each_canvas_of_a_batch_its_own_counts_and_steps() {
    Canvas longer = Canvas.forCompletion(new int[] {0, 1}, 4, MASK);
    Canvas shorter = Canvas.of(new int[] {0, 1, 7, 7, MASK, MASK}, MASK);

    List<SamplingOutcome> outcomes =
        sampler.sample(denoiser, List.of(task(longer, 4), task(shorter, 2)));

    assertThat(longer.tokens()).containsExactly(0, 1, 0, 1, 3, 4);
    assertThat(shorter.tokens()).containsExactly(0, 1, 7, 7, 3, 4);
    assertThat(outcomes.get(0).networkEvaluations()).isEqualTo(4);
    assertThat(outcomes.get(1).networkEvaluations()).isEqualTo(2);
    assertThat(denoiser.calls().stream().map(List::size).toList()).containsExactly(2, 2, 1, 1);
  }

  @Test
  void keeps_what_was_committed_when_cancelled() {
    CancellationToken cancellation = new CancellationToken();
    StepListener afterThree =
        event -> {
          if (event.step() == 2) {
            cancellation.cancel();
          }
        };

    SamplingOutcome outcome =
        sampler.sample(denoiser, task(canvas, options(4), afterThree, cancellation));

    assertThat(outcome.completion()).isEqualTo(SamplingOutcome.Completion.CANCELLED);
    assertThat(canvas.tokens()).containsExactly(0, 1, 0, MASK, MASK, 4);
  }

  @Test
  void goes_on_with_the_others_when_one_of_a_batch_is_cancelled() {
    CancellationToken cancelled = new CancellationToken();
    cancelled.cancel();
    Canvas other = Canvas.forCompletion(new int[] {0, 1}, 4, MASK);

    List<SamplingOutcome> outcomes =
        sampler.sample(
            denoiser,
            List.of(task(canvas, options(4), StepListener.NONE, cancelled), task(other, 4)));

    assertThat(outcomes.get(0).completion()).isEqualTo(SamplingOutcome.Completion.CANCELLED);
    assertThat(canvas.maskedCount()).isEqualTo(4);
    assertThat(other.maskedCount()).isZero();
  }

  @Test
  void ends_as_cancelled_when_the_thread_is_interrupted_and_keeps_the_interrupt() {
    Thread.currentThread().interrupt();

    SamplingOutcome outcome = sampler.sample(denoiser, task(canvas, 4));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(outcome.completion()).isEqualTo(SamplingOutcome.Completion.CANCELLED);
  }

  @Test
  void passes_on_a_denoisers_own_refusal_instead_of_looping() {
    var refusing =
        new ScriptedDenoiser(position -> {
          throw new GenerationCancelledException("the device went away");
        });

    assertThatThrownBy(() -> sampler.sample(refusing, task(canvas, 4)))
        .isInstanceOf(GenerationCancelledException.class)
        .hasMessage("the device went away");
  }

  @Test
  void names_step_and_position_when_logits_are_not_finite() {
    var broken =
        new ScriptedDenoiser(position ->
            position == 3
                ? new Prediction(-1, Float.NaN, Float.NaN, Float.NaN)
                : WORKED_EXAMPLE.at(position));

    assertThatThrownBy(() -> sampler.sample(broken, task(canvas, 4)))
        .isInstanceOf(NumericalException.class)
        .hasMessageStartingWith("step 1 of 4: the logits for position 3 are not finite numbers");
  }

  private List<Integer> positions(StepEvent event) {
    return event.commits().stream().map(StepEvent.Commit::position).toList();
  }

  private static SamplingTask task(Canvas canvas, int steps) {
    return task(canvas, options(steps), StepListener.NONE, new CancellationToken());
  }

  private static SamplingTask task(
      Canvas canvas, SamplingOptions options, StepListener listener, CancellationToken token) {
    return new SamplingTask(canvas, options, listener, token);
  }

  private static SamplingOptions options(int steps) {
    return new SamplingOptions(
        TransferSchedule.ofSteps(steps),
        TokenFilter.GREEDY,
        CommitPolicy.topConfidence(Confidence.NEGATIVE_ENTROPY),
        DecodingPlan.REFERENCE,
        TokenRoles.NONE,
        0);
  }
}
