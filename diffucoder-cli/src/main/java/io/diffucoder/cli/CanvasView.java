package io.diffucoder.cli;

import io.diffucoder.sampling.StepEvent;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * What there is to see of a completion while it is denoised: a text and a state for each position.
 * Not thread-safe.
 */
final class CanvasView {

  /** What became of a position. */
  enum State {
    /** Undecided. */
    MASKED,
    /** Decided since the last look. */
    FRESH,
    /** Decided before. */
    SETTLED
  }

  private final IntFunction<String> tokenText;
  private final int firstPosition;
  private final String[] texts;
  private final State[] states;

  private CanvasView(IntFunction<String> tokenText, int firstPosition, int size) {
    this.tokenText = tokenText;
    this.firstPosition = firstPosition;
    this.texts = new String[size];
    this.states = new State[size];
    Arrays.fill(texts, "");
    Arrays.fill(states, State.MASKED);
  }

  /** The canvas from its first undecided position on. */
  static CanvasView of(int[] canvas, int maskTokenId, IntFunction<String> tokenText) {
    int first = 0;
    while (first < canvas.length && canvas[first] != maskTokenId) {
      first++;
    }
    CanvasView view = new CanvasView(tokenText, first, canvas.length - first);
    for (int position = first; position < canvas.length; position++) {
      if (canvas[position] != maskTokenId) {
        view.decide(position, canvas[position], State.SETTLED);
      }
    }
    return view;
  }

  /** Decides the step's positions, as fresh ones, and masks those it took back. */
  void commit(StepEvent step) {
    for (StepEvent.Commit commit : step.commits()) {
      decide(commit.position(), commit.token(), State.FRESH);
    }
    for (int position : step.remasked()) {
      texts[position - firstPosition] = "";
      states[position - firstPosition] = State.MASKED;
    }
  }

  /** Fresh positions are fresh no more. */
  void settle() {
    Arrays.setAll(states, i -> states[i] == State.FRESH ? State.SETTLED : states[i]);
  }

  private void decide(int position, int token, State state) {
    texts[position - firstPosition] = tokenText.apply(token);
    states[position - firstPosition] = state;
  }

  /** Number of positions. */
  int size() {
    return texts.length;
  }

  /** State of a position, counted from the view's first. */
  State state(int index) {
    return states[index];
  }

  /** The token's text; empty where undecided. */
  String text(int index) {
    return texts[index];
  }

  /** Whether a decided position holds a control token such as an end or a pad. */
  boolean isControl(int index) {
    return ControlTokens.isControl(texts[index]);
  }

  /** Decided positions before the first decided control token. */
  int realTokens() {
    int count = 0;
    for (int i = 0; i < size() && !isControl(i); i++) {
      count += states[i] == State.MASKED ? 0 : 1;
    }
    return count;
  }
}
