package io.diffucoder.core.model;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.sampling.DenoiseQuery;
import io.diffucoder.sampling.Denoiser;
import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorOps;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores canvases with the network: the windows of a batch stand one after the other in the rows of
 * one forward pass, each a segment of its own, without padding. Keys and values are kept in a store
 * that is addressed by position.
 */
public final class TransformerDenoiser implements Denoiser {
  private final DreamTransformer transformer;
  private final TensorOps ops;
  private final Activations activations;
  private final Footprint room;

  /** A denoiser for batches up to this size; its memory is allocated here. */
  public TransformerDenoiser(
      DreamTransformer transformer, TensorBackend backend, Footprint footprint) {
    this.transformer = transformer;
    this.room = footprint;
    this.ops = backend.newOps();
    try {
      this.activations = Activations.allocate(ops, transformer.config(), footprint);
    } catch (RuntimeException | Error e) {
      ops.close();
      throw e;
    }
  }

  @Override
  public List<Scores> denoise(List<DenoiseQuery> batch, CancellationToken cancellation) {
    PassRows pass = PassRows.of(batch, room);
    Activations a = activations.firstRows(pass.tokens().length);
    ops.write(pass.tokens(), a.tokens());
    ops.write(pass.positions(), a.positions());
    ops.write(pass.storeRows(), a.storeRows());
    transformer.forward(ops, a, pass.segments(), cancellation);
    List<Scores> scores = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); ) {
      cancellation.throwIfCancelled();
      int end = i + 1;
      while (end < batch.size() && batch.get(end).spec().equals(batch.get(i).spec())) {
        end++;
      }
      score(batch.subList(i, end), pass.segments().subList(i, end), a, scores);
      i = end;
    }
    return scores;
  }

  /** Scores queries of one specification with one product by the head. */
  private void score(
      List<DenoiseQuery> queries,
      List<AttentionSpec.Segment> segments,
      Activations a,
      List<Scores> scores) {
    int scored = queries.stream().mapToInt(query -> query.positions().length).sum();
    int[] rows = new int[scored];
    int[] positions = new int[scored];
    int next = 0;
    for (int i = 0; i < queries.size(); i++) {
      DenoiseQuery query = queries.get(i);
      int count = query.positions().length;
      int firstRow = segments.get(i).queries().start();
      int[] own = PredictionShift.rowsFor(query.positions(), query.window(), firstRow);
      System.arraycopy(own, 0, rows, next, count);
      System.arraycopy(query.positions(), 0, positions, next, count);
      next += count;
    }
    Scores all = scored == 0 ? Scores.ofRows(0) : score(rows, positions, queries.getFirst(), a);
    next = 0;
    for (DenoiseQuery query : queries) {
      scores.add(queries.size() == 1 ? all : all.slice(next, query.positions().length));
      next += query.positions().length;
    }
  }

  private Scores score(int[] rows, int[] positions, DenoiseQuery first, Activations a) {
    Tensor indices = a.scoredRows().firstRows(rows.length); // (M)
    Tensor hidden = a.projected().firstRows(rows.length); // (M, D): free after the last layer
    ops.write(rows, indices);
    ops.gatherRows(a.normed(), indices, hidden);
    return ops.lmHeadScore(hidden, transformer.lmHead(), positions, first.spec());
  }

  @Override
  public void close() {
    ops.close();
  }
}
