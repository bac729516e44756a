package io.diffucoder;

import io.diffucoder.sampling.StepEvent.Commit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The further states that a pass evaluates beside the one a canvas is in. */
final class Alternatives {
  private Alternatives() {}

  /**
   * A state with a position filled in.
   *
   * @param state on a canvas of its own
   * @param filled the position
   */
  record Branch(DenoisingState state, Commit filled) {}

  /**
   * The state with each of the surest undecided positions filled in, by the scores that led to it.
   * None where the next pass is for more than the block, or for one last position.
   */
  static List<Branch> branches(DenoisingState state, Scored last, int count) {
    List<Branch> branches = new ArrayList<>();
    if (state.canBeAside()) {
      Scored undecided = last.at(state::isUndecidedHere);
      Scored allowed = state.allowed(undecided);
      allowed
          .positionsByDescending(allowed.scores().tokenProb())
          .limit(Math.min(count, undecided.rows() - 1))
          .forEach(position -> {
            DenoisingState branch = state.copy();
            branches.add(new Branch(branch, branch.commit(undecided, position)));
          });
    }
    return branches;
  }

  /** How sure a state's undecided positions are on average. */
  static double meanConfidence(DenoisingState state, Scored scored) {
    Scored undecided = scored.at(state::isUndecidedHere);
    double sum = 0;
    for (float probability : undecided.scores().tokenProb()) {
      sum += probability;
    }
    return undecided.rows() == 0 ? 1 : sum / undecided.rows();
  }

  /**
   * The states that the next steps would reach if the scores stayed as they are, as far as these
   * steps look at positions of the same block.
   */
  static List<DenoisingState> drafts(DenoisingState state, Scored last, int count) {
    List<DenoisingState> drafts = new ArrayList<>();
    DenoisingState reached = state;
    while (drafts.size() < count && reached.canBeAside()) {
      DenoisingState next = reached.copy();
      int[] positions = next.positions();
      Scored scores = last.at(p -> Arrays.binarySearch(positions, p) >= 0);
      if (scores.rows() < positions.length) {
        break;
      }
      DenoisingState.Change change = next.apply(scores);
      if (next.finished() || !next.sameBlockAs(state) || !next.canBeAside()) {
        break;
      }
      if (!change.isEmpty() || !next.scoresStayValid()) {
        drafts.add(next); // Else the scores before it are its own.
      }
      reached = next;
    }
    return drafts;
  }
}
