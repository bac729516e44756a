package io.diffucoder;

import io.diffucoder.Alternatives.Branch;
import io.diffucoder.api.NumericalException;
import io.diffucoder.core.model.Footprint;
import io.diffucoder.sampling.DecodingPlan;
import io.diffucoder.sampling.DenoiseQuery;
import io.diffucoder.sampling.Lookahead;
import io.diffucoder.sampling.SamplingOutcome;
import io.diffucoder.sampling.SamplingTask;
import io.diffucoder.sampling.StepEvent;
import io.diffucoder.sampling.StorePlace;
import io.diffucoder.spi.Scores;
import java.util.ArrayList;
import java.util.List;

/**
 * One canvas on its way through its steps: asks for the scores of the state it is in and of those
 * it looks ahead to, does the steps that they allow, and says when it is done. Pure bookkeeping;
 * the network is somewhere else.
 */
final class DiffusionRun {
  private final SamplingTask task;
  private final int storeFrom;
  private final List<StepEvent> events = new ArrayList<>();
  private final DenoisingState state;
  private List<Branch> branches = List.of();
  private List<DenoisingState> drafts = List.of();
  private int networkEvaluations;
  private long rowsComputed;
  private long networkNanos;
  private long startNanos;
  private long elapsedNanos;

  /** A run whose keys and values are at this row of the store, and on. */
  DiffusionRun(SamplingTask task, int storeFrom) {
    this.task = task;
    this.storeFrom = storeFrom;
    this.state = DenoisingState.start(task.canvas(), task.options());
  }

  /** What a denoiser must have room for to run a task alone. */
  static Footprint footprint(SamplingTask task) {
    DecodingPlan plan = task.options().plan();
    int size = task.canvas().size();
    int ahead = plan.lookahead().count();
    if (plan.window().keepsNothing()) {
      int rows = Math.multiplyExact(size, 1 + ahead);
      return Footprint.ofPositions(rows);
    }
    int step = plan.window().longestStep(plan.blocks().longest(size), size);
    return new Footprint(
        Math.max(size, Math.multiplyExact(step, 1 + ahead)),
        Math.addExact(size, Math.multiplyExact(step, ahead)),
        Footprint.Keeping.EACH_LAYER);
  }

  SamplingTask task() {
    return task;
  }

  /** Whether another step is to be run. */
  boolean active() {
    return !state.finished() && !cancelled();
  }

  private boolean cancelled() {
    return task.cancellation().isCancelled() || Thread.currentThread().isInterrupted();
  }

  /** What to score: the state, then those that it looks ahead to. */
  List<DenoiseQuery> queries() {
    if (networkEvaluations == 0) {
      startNanos = System.nanoTime();
      task.listener().onStart(task.canvas().tokens(), task.canvas().maskTokenId());
    }
    List<DenoiseQuery> queries = new ArrayList<>();
    queries.add(state.query(StorePlace.at(storeFrom)));
    int aside = storeFrom + task.canvas().size();
    for (DenoisingState ahead : ahead()) {
      DenoiseQuery query = ahead.query(new StorePlace(storeFrom, aside));
      queries.add(query);
      aside += query.window().rows();
    }
    return queries;
  }

  private List<DenoisingState> ahead() {
    return drafts.isEmpty() ? branches.stream().map(Branch::state).toList() : drafts;
  }

  /** Does the steps that the scores of {@link #queries()} allow. */
  void apply(List<DenoiseQuery> queries, List<Scores> scores, long nanos) {
    networkEvaluations++;
    networkNanos += nanos;
    List<Scored> scored = new ArrayList<>(queries.size());
    for (int i = 0; i < queries.size(); i++) {
      scored.add(new Scored(queries.get(i).positions(), scores.get(i)));
      rowsComputed += queries.get(i).window().rows();
      requireFinite(scored.get(i));
    }
    switch (task.options().plan().lookahead()) {
      case Lookahead.None none -> step(scored.getFirst(), List.of());
      case Lookahead.Branches ahead -> stepFromTheSurest(scored, ahead.count());
      case Lookahead.Drafts ahead -> stepAlongDrafts(scored, ahead.count());
    }
  }

  private void stepFromTheSurest(List<Scored> scored, int count) {
    int best = 0;
    double confidence = Alternatives.meanConfidence(state, scored.getFirst());
    for (int i = 0; i < branches.size(); i++) {
      double other = Alternatives.meanConfidence(branches.get(i).state(), scored.get(i + 1));
      if (other > confidence) {
        best = i + 1;
        confidence = other;
      }
    }
    List<StepEvent.Commit> filled = List.of();
    if (best > 0) {
      filled = List.of(branches.get(best - 1).filled());
      state.adopt(filled.getFirst());
    }
    step(scored.get(best), filled);
    branches = active() ? Alternatives.branches(state, scored.get(best), count) : List.of();
  }

  private void stepAlongDrafts(List<Scored> scored, int count) {
    int at = 0;
    boolean on = true;
    while (on) {
      DenoisingState.Change change = step(scored.get(at), List.of());
      if (!active()) {
        on = false;
      } else if (at < drafts.size() && state.sameAs(drafts.get(at))) {
        at++;
      } else {
        on = change.isEmpty() && state.scoresStayValid();
      }
    }
    drafts = active() ? Alternatives.drafts(state, scored.get(at), count) : List.of();
  }

  private DenoisingState.Change step(Scored scored, List<StepEvent.Commit> filledBefore) {
    int step = state.step();
    DenoisingState.Change change = state.apply(scored);
    List<StepEvent.Commit> commits = new ArrayList<>(filledBefore);
    commits.addAll(change.commits());
    elapsedNanos = System.nanoTime() - startNanos;
    StepEvent event =
        new StepEvent(
            step,
            task.options().schedule().steps(),
            commits,
            change.remasked(),
            task.canvas().maskedCount(),
            networkEvaluations,
            elapsedNanos);
    events.add(event);
    task.listener().onStep(event);
    return change;
  }

  /** How it went; to be asked when no longer {@link #active()}. */
  SamplingOutcome outcome() {
    return new SamplingOutcome(
        state.finished()
            ? SamplingOutcome.Completion.FINISHED
            : SamplingOutcome.Completion.CANCELLED,
        events,
        networkEvaluations,
        rowsComputed,
        networkNanos,
        elapsedNanos);
  }

  /** The steps so far. */
  List<StepEvent> events() {
    return events;
  }

  private void requireFinite(Scored scored) {
    Scores scores = scored.scores();
    for (int row = 0; row < scored.rows(); row++) {
      if (scores.token()[row] < 0 || Float.isNaN(scores.negativeEntropy()[row])) {
        throw new NumericalException(
            ("step %d of %d: the logits for position %d are not finite numbers; are the weights"
                    + " damaged, or is a half-precision format overflowing?")
                .formatted(
                    state.step() + 1, task.options().schedule().steps(), scored.positions()[row]));
      }
    }
  }
}
