package io.diffucoder.api;

import io.diffucoder.sampling.StepEvent;
import java.util.List;
import java.util.Objects;

/**
 * What a streamed generation tells, in order: one {@link Started}, a {@link Step} for every step, a
 * {@link Text} whenever the decided text at the front grew, and one {@link Finished} at the end.
 */
public sealed interface GenerationEvent {

  /**
   * The canvas to start from.
   *
   * @param canvas its tokens
   * @param promptTokens length of the prompt at its front
   * @param maskTokenId the id that stands for an undecided position
   */
  record Started(List<Integer> canvas, int promptTokens, int maskTokenId)
      implements GenerationEvent {
    public Started {
      canvas = List.copyOf(canvas);
    }
  }

  /**
   * The canvas changed: edits in any order.
   *
   * @param event what was committed
   */
  record Step(StepEvent event) implements GenerationEvent {
    public Step {
      Objects.requireNonNull(event, "event");
    }
  }

  /**
   * The text grew at its end. All texts of a generation, joined, are the result's text.
   *
   * @param text what was appended, not empty
   */
  record Text(String text) implements GenerationEvent {
    public Text {
      Objects.requireNonNull(text, "text");
    }
  }

  /**
   * The generation ended.
   *
   * @param result all of it
   */
  record Finished(GenerationResult result) implements GenerationEvent {
    public Finished {
      Objects.requireNonNull(result, "result");
    }
  }
}
