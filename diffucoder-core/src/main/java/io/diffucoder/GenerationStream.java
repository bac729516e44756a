package io.diffucoder;

import io.diffucoder.api.GenerationEvent;
import io.diffucoder.api.GenerationResult;
import io.diffucoder.core.stream.Frontier;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.Denoiser;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;

/** A generation that advances one step whenever its events have been taken. */
final class GenerationStream implements Iterator<GenerationEvent>, AutoCloseable {
  private final Sessions sessions;
  private final Sessions.Session session;
  private final Generation generation;
  private final DiffusionRun run;
  private final Frontier frontier;
  private final Queue<GenerationEvent> ready = new ArrayDeque<>();
  private boolean finished;

  GenerationStream(Sessions sessions, Sessions.Session session, Generation generation) {
    this.sessions = sessions;
    this.session = session;
    this.generation = generation;
    this.run = new DiffusionRun(generation.task(), 0);
    this.frontier = generation.frontier();
    Canvas canvas = generation.task().canvas();
    ready.add(
        new GenerationEvent.Started(
            Generation.asList(canvas.tokens()), generation.promptTokens(), canvas.maskTokenId()));
  }

  @Override
  public boolean hasNext() {
    return !ready.isEmpty() || !finished;
  }

  @Override
  public GenerationEvent next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the generation has finished");
    }
    if (ready.isEmpty()) {
      try {
        session.run(this::advance);
      } catch (RuntimeException | Error e) {
        close();
        throw e;
      }
    }
    return ready.remove();
  }

  /** One step, or the end; adds at least one event. */
  private boolean advance(Denoiser denoiser) {
    sessions.requireOpen();
    int before = run.events().size();
    boolean more = MaskedDiffusionSampler.step(denoiser, List.of(run));
    run.events().subList(before, run.events().size()).stream()
        .map(GenerationEvent.Step::new)
        .forEach(ready::add);
    addText(frontier.advance(generation.task().canvas().tokens()));
    if (!more || !run.active()) {
      GenerationResult result = generation.finish(run.outcome());
      addText(frontier.finish());
      ready.add(new GenerationEvent.Finished(result));
      finished = true;
      session.close();
    }
    return finished;
  }

  private void addText(String text) {
    if (!text.isEmpty()) {
      ready.add(new GenerationEvent.Text(text));
    }
  }

  @Override
  public void close() {
    finished = true;
    ready.clear();
    session.close();
  }
}
