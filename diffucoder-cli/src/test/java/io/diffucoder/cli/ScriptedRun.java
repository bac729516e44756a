package io.diffucoder.cli;

import io.diffucoder.api.ArNess;
import io.diffucoder.api.FinishReason;
import io.diffucoder.api.GenerationMetrics;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.sampling.StepEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A run whose completion is a list of token texts, committed in a given order, one a step. Token
 * ids are places in the list; the prompt is two tokens.
 */
record ScriptedRun(List<String> texts, List<Integer> order) {
  static final int MASK = 1000;
  static final int PROMPT_TOKENS = 2;

  /** Committed from left to right. */
  static ScriptedRun of(String... texts) {
    return new ScriptedRun(List.of(texts), IntStream.range(0, texts.length).boxed().toList());
  }

  String text(int token) {
    return texts.get(token);
  }

  int[] canvas() {
    int[] canvas = new int[PROMPT_TOKENS + texts.size()];
    java.util.Arrays.fill(canvas, PROMPT_TOKENS, canvas.length, MASK);
    return canvas;
  }

  List<StepEvent> steps() {
    List<StepEvent> steps = new ArrayList<>();
    for (int i = 0; i < order.size(); i++) {
      int token = order.get(i);
      StepEvent.Commit commit =
          new StepEvent.Commit(token + PROMPT_TOKENS, token, 1f / (i + 1), -0.25f * i);
      steps.add(
          new StepEvent(
              i,
              order.size(),
              List.of(commit),
              List.of(),
              texts.size() - i - 1,
              i + 1,
              1_000_000L * (i + 1)));
    }
    return steps;
  }

  GenerationResult result() {
    int[] canvas = canvas();
    for (int token : order) {
      canvas[PROMPT_TOKENS + token] = token;
    }
    return new GenerationResult(
        String.join("", texts),
        order.stream().sorted().toList(),
        FinishReason.LENGTH,
        IntStream.of(canvas).boxed().toList(),
        PROMPT_TOKENS,
        steps(),
        new GenerationMetrics(
            order.size(),
            0,
            texts.size(),
            PROMPT_TOKENS,
            0,
            1_000_000_000,
            0,
            0,
            new ArNess(order)));
  }

  Trace trace(String prompt) {
    return new Trace("tiny", "cpu, a processor", prompt, Map.of("seed", "0"), result(), this::text);
  }

  /** The view after this many steps, the last of which is fresh. */
  CanvasView view(int steps) {
    CanvasView view = CanvasView.of(canvas(), MASK, this::text);
    for (StepEvent step : steps().subList(0, steps)) {
      view.settle();
      view.commit(step);
    }
    return view;
  }
}
