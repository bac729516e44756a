package io.diffucoder.api;

import io.diffucoder.sampling.StepEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a generation made.
 *
 * @param text the completion up to the first end token; undecided positions end it
 * @param tokens its token ids, without the end token
 * @param finishReason why it ended
 * @param canvas the final canvas: prompt and completion, end and pad tokens included; what was not
 *     decided is the mask id
 * @param promptTokens length of the prompt at the canvas's front
 * @param steps what each step committed, in order
 * @param metrics what it took
 */
public record GenerationResult(
    String text,
    List<Integer> tokens,
    FinishReason finishReason,
    List<Integer> canvas,
    int promptTokens,
    List<StepEvent> steps,
    GenerationMetrics metrics) {
  public GenerationResult {
    Objects.requireNonNull(text, "text");
    tokens = List.copyOf(tokens);
    Objects.requireNonNull(finishReason, "finishReason");
    canvas = List.copyOf(canvas);
    steps = List.copyOf(steps);
    Objects.requireNonNull(metrics, "metrics");
  }

  /**
   * The canvas after each step, as the reference's {@code output_history}: one entry a step, the
   * last equal to {@link #canvas()}; the initial canvas is not in it.
   *
   * @param maskTokenId the id that stands for an undecided position
   */
  public List<List<Integer>> history(int maskTokenId) {
    List<Integer> state = new ArrayList<>(canvas);
    for (StepEvent step : steps) {
      for (StepEvent.Commit commit : step.commits()) {
        state.set(commit.position(), maskTokenId);
      }
    }
    List<List<Integer>> history = new ArrayList<>(steps.size());
    for (StepEvent step : steps) {
      for (StepEvent.Commit commit : step.commits()) {
        state.set(commit.position(), commit.token());
      }
      for (int position : step.remasked()) {
        state.set(position, maskTokenId);
      }
      history.add(List.copyOf(state));
    }
    return history;
  }
}
