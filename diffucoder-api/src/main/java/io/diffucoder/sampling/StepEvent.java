package io.diffucoder.sampling;

import java.util.List;

/**
 * What one step changed: commits are edits of the canvas, in any order, not appended text.
 *
 * @param step index of the step, from 0
 * @param steps number of steps of the schedule; a guard against early end tokens may need more
 * @param commits what was decided, surest first; may be empty
 * @param remasked positions decided earlier that were made undecided again; mostly none
 * @param masksLeft positions still undecided
 * @param networkEvaluations forward passes so far
 * @param elapsedNanos time since the generation's first step began
 */
public record StepEvent(
    int step,
    int steps,
    List<Commit> commits,
    List<Integer> remasked,
    int masksLeft,
    int networkEvaluations,
    long elapsedNanos) {
  public StepEvent {
    commits = List.copyOf(commits);
    remasked = List.copyOf(remasked);
  }

  /**
   * One decided position.
   *
   * @param position in the canvas
   * @param token what it became
   * @param probability of the token in the measured distribution
   * @param negativeEntropy of that distribution, at most about 0; higher is surer
   */
  public record Commit(int position, int token, float probability, float negativeEntropy) {}
}
