package io.diffucoder;

import io.diffucoder.core.model.PredictionShift;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.CommitContext;
import io.diffucoder.sampling.DenoiseQuery;
import io.diffucoder.sampling.EndTokenRule;
import io.diffucoder.sampling.SamplingOptions;
import io.diffucoder.sampling.StepEvent.Commit;
import io.diffucoder.sampling.StorePlace;
import io.diffucoder.sampling.Window;
import io.diffucoder.sampling.WindowPolicy;
import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.RowRange;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A canvas and how far its decoding has come: what the next step scores, and what it makes of the
 * scores. A step is a function of state and scores alone, so that a copy can try what would happen.
 */
final class DenoisingState {
  private static final RandomKey UNUSED = new RandomKey(0, 0);

  private final SamplingOptions options;
  private final CurrentBlock.Steps steps;
  private final int textFrom;
  private final Canvas canvas;
  private final BitSet decidedHere;
  private final BitSet takenBack;
  private final SettledRows settled;
  private final List<Scored> past;
  private @Nullable CurrentBlock block;
  private int step;

  private DenoisingState(
      SamplingOptions options, CurrentBlock.Steps steps, int textFrom, Canvas canvas) {
    this.options = options;
    this.steps = steps;
    this.textFrom = textFrom;
    this.canvas = canvas;
    this.decidedHere = new BitSet();
    this.takenBack = new BitSet();
    this.settled = new SettledRows();
    this.past = new ArrayList<>();
  }

  private DenoisingState(DenoisingState other) {
    options = other.options;
    steps = other.steps;
    textFrom = other.textFrom;
    canvas = other.canvas.copy();
    decidedHere = (BitSet) other.decidedHere.clone();
    takenBack = (BitSet) other.takenBack.clone();
    settled = other.settled.copy();
    past = new ArrayList<>(other.past);
    block = other.block;
    step = other.step;
  }

  /** The state before the first step of a canvas, which it changes. */
  static DenoisingState start(Canvas canvas, SamplingOptions options) {
    int textFrom = canvas.size();
    while (textFrom > 0 && canvas.isMasked(textFrom - 1)) {
      textFrom--;
    }
    CurrentBlock.Steps steps = new CurrentBlock.Steps(options.schedule(), canvas.maskedCount());
    DenoisingState state = new DenoisingState(options, steps, textFrom, canvas);
    state.openBlock(0);
    return state;
  }

  /** The same state with a canvas of its own. */
  DenoisingState copy() {
    return new DenoisingState(this);
  }

  Canvas canvas() {
    return canvas;
  }

  /** Number of steps so far. */
  int step() {
    return step;
  }

  /** Whether no step is left to do. */
  boolean finished() {
    return block == null
        || (options.plan().endTokens().stop() == EndTokenRule.Stop.TEXT_DECIDED && textDecided());
  }

  /** Whether the first end token of the canvas's tail has nothing undecided before it. */
  private boolean textDecided() {
    int firstMask = 0;
    while (firstMask < canvas.size() && !canvas.isMasked(firstMask)) {
      firstMask++;
    }
    for (int position = textFrom; position < firstMask; position++) {
      if (options.tokens().ends().contains(canvas.token(position))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the next pass computes all that it sees. */
  boolean needsRefresh() {
    return block().step() % options.plan().window().refreshSteps() == 0;
  }

  /** Whether the next pass can stand beside that of another state, whose kept keys it sees. */
  boolean canBeAside() {
    return options.plan().window().keepsNothing() || !needsRefresh();
  }

  /** Whether a position of the current block is undecided. */
  boolean isUndecidedHere(int position) {
    RowRange range = block().range();
    return range.start() <= position && position < range.end() && canvas.isMasked(position);
  }

  /** Whether scores of the same tokens, one step later, are the same. */
  boolean scoresStayValid() {
    return options.filter().temperature() == 0 && canBeAside();
  }

  /** Whether another state is at the same point with the same tokens. */
  boolean sameAs(DenoisingState other) {
    return step == other.step && canvas.sameAs(other.canvas) && takenBack.equals(other.takenBack);
  }

  /** Whether another state decides the same block. */
  boolean sameBlockAs(DenoisingState other) {
    return block != null && other.block != null && block.range().equals(other.block.range());
  }

  /** What the network is asked for the next step. */
  DenoiseQuery query(StorePlace place) {
    RowRange range = block().range();
    int[] positions = positions();
    WindowPolicy policy = options.plan().window();
    Window window =
        needsRefresh()
            ? policy.refresh(canvas, range)
            : policy.step(
                canvas, range, PredictionShift.predictors(range), settled.idle(positions));
    boolean greedy = options.filter().temperature() == 0;
    ScoreSpec spec =
        new ScoreSpec(
            options.filter(),
            options.policy().measured(),
            options.tokens().banned(),
            greedy ? UNUSED : random());
    return new DenoiseQuery(canvas, window, place, positions, spec);
  }

  /** The positions that the next step looks at, ascending. */
  int[] positions() {
    RowRange range = block().range();
    if (!options.plan().remasking().happens()) {
      return canvas.maskedPositions(range);
    }
    BitSet looked = (BitSet) decidedHere.clone();
    for (int position : canvas.maskedPositions(range)) {
      looked.set(position);
    }
    return looked.stream().toArray();
  }

  private RandomKey random() {
    return new RandomKey(options.seed(), step);
  }

  /**
   * What a step changed.
   *
   * @param commits what was decided, surest first
   * @param remasked what was made undecided again
   */
  record Change(List<Commit> commits, List<Integer> remasked) {
    boolean isEmpty() {
      return commits.isEmpty() && remasked.isEmpty();
    }
  }

  /** Does the next step with the scores of {@link #positions()}. */
  Change apply(Scored scored) {
    CurrentBlock current =
        block()
            .closed(scored, options.plan().blocks(), options.tokens().lineBreaks(), canvas, steps);
    RowRange range = current.range();
    settled.afterPass(canvas);
    Scored undecided = scored.at(p -> canvas.isMasked(p) && range.start() <= p && p < range.end());
    Scored allowed = allowed(undecided);
    int[] selected =
        options.policy().select(allowed.scores(), context(current, undecided.rows(), allowed));
    int masksBefore = canvas.maskedCount();
    int frontier = undecided.rows() == 0 ? range.end() : undecided.positions()[0];
    List<Commit> commits = new ArrayList<>(selected.length);
    for (int row : selected) {
      commits.add(commit(undecided, allowed.positions()[row]));
    }
    List<Integer> remasked = takeBack(scored, frontier, commits.size() - 1);
    remember(undecided);
    step++;
    block = current.next();
    boolean heldBack = allowed.rows() < undecided.rows() && canvas.maskedCount() < masksBefore;
    if (canvas.maskedPositions(range).length == 0 || (block.isOutOfSteps() && !heldBack)) {
      openBlock(range.end());
    }
    return new Change(commits, remasked);
  }

  /** What may be committed of these, and how sure it counts as. */
  Scored allowed(Scored undecided) {
    return EarlyEnds.penalised(undecided, options.plan().endTokens(), options.tokens().ends());
  }

  private CommitContext context(CurrentBlock current, int undecided, Scored allowed) {
    int quota = current.schedule().quota(undecided, current.scheduledStep());
    return new CommitContext(
        allowed.positions(),
        Math.min(quota, allowed.rows()),
        current.schedule().fraction(current.scheduledStep()),
        random(),
        (float) undecided / current.range().count(),
        past.stream().map(scores -> scores.alignedTo(allowed.positions())).toList());
  }

  /** Decides a position as it is predicted. */
  Commit commit(Scored scored, int position) {
    int row = Arrays.binarySearch(scored.positions(), position);
    Scores scores = scored.scores();
    canvas.commit(position, scores.token()[row]);
    decidedHere.set(position);
    return new Commit(
        position, scores.token()[row], scores.tokenProb()[row], scores.negativeEntropy()[row]);
  }

  /** Decides a position as another state did. */
  void adopt(Commit commit) {
    canvas.commit(commit.position(), commit.token());
    decidedHere.set(commit.position());
    settled.fillAside(commit.position());
  }

  private List<Integer> takeBack(Scored scored, int frontier, int atMost) {
    Doubts doubts = new Doubts(options.plan().remasking(), canvas, takenBack, frontier);
    List<Integer> remasked = doubts.of(scored, atMost);
    for (int position : remasked) {
      canvas.remask(position);
      decidedHere.clear(position);
      takenBack.set(position);
    }
    return remasked;
  }

  private void remember(Scored undecided) {
    if (options.policy().memory() > 0) {
      past.addFirst(undecided);
      while (past.size() > options.policy().memory()) {
        past.removeLast();
      }
    }
  }

  private void openBlock(int from) {
    decidedHere.clear();
    block = null;
    for (int start = from; start < canvas.size(); start++) {
      if (canvas.isMasked(start)) {
        block = CurrentBlock.from(start, canvas, options.plan().blocks(), steps);
        return;
      }
    }
  }

  private CurrentBlock block() {
    return Objects.requireNonNull(block, "no block is left to decide");
  }
}
