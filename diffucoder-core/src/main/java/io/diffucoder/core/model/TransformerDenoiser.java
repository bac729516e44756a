package io.diffucoder.core.model;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.sampling.Canvas;
import io.diffucoder.sampling.DenoiseQuery;
import io.diffucoder.sampling.Denoiser;
import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.RowRange;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scores canvases with the network: the canvases of a batch stand one after the other in the rows
 * of one forward pass, each a segment of its own, without padding.
 */
public final class TransformerDenoiser implements Denoiser {
  private final DreamTransformer transformer;
  private final TensorOps ops;
  private final Activations activations;
  private final int capacity;

  /**
   * A denoiser for batches of up to {@code maxRows} canvas positions in all; its memory is
   * allocated here.
   */
  public TransformerDenoiser(DreamTransformer transformer, TensorBackend backend, int maxRows) {
    this.transformer = transformer;
    this.capacity = maxRows;
    this.ops = backend.newOps();
    try {
      this.activations = Activations.allocate(ops, transformer.config(), maxRows);
    } catch (RuntimeException | Error e) {
      ops.close();
      throw e;
    }
  }

  @Override
  public List<Scores> denoise(List<DenoiseQuery> batch, CancellationToken cancellation) {
    int rows = batch.stream().mapToInt(query -> query.canvas().size()).sum();
    if (rows == 0 || rows > capacity) {
      throw new IllegalArgumentException(
          "this denoiser has room for 1 to %d canvas positions, got %d".formatted(capacity, rows));
    }
    Activations a = activations.firstRows(rows);
    transformer.forward(ops, a, place(batch, a, rows), cancellation);
    List<Scores> scores = new ArrayList<>(batch.size());
    int firstRow = 0;
    for (DenoiseQuery query : batch) {
      cancellation.throwIfCancelled();
      scores.add(score(query, firstRow, a));
      firstRow += query.canvas().size();
    }
    return scores;
  }

  /** Writes the batch's tokens one canvas after the other, and says which rows see which. */
  private List<AttentionSpec.Segment> place(List<DenoiseQuery> batch, Activations a, int rows) {
    int[] tokens = new int[rows];
    int[] positions = new int[rows];
    int[] storeRows = new int[rows];
    Arrays.setAll(storeRows, row -> row);
    List<AttentionSpec.Segment> segments = new ArrayList<>(batch.size());
    int row = 0;
    for (DenoiseQuery query : batch) {
      Canvas canvas = query.canvas();
      RowRange range = new RowRange(row, canvas.size());
      for (int position = 0; position < canvas.size(); position++, row++) {
        tokens[row] = canvas.token(position);
        positions[row] = position;
      }
      segments.add(new AttentionSpec.Segment(range, List.of(range)));
    }
    ops.write(tokens, a.tokens());
    ops.write(positions, a.positions());
    ops.write(storeRows, a.storeRows());
    return segments;
  }

  private Scores score(DenoiseQuery query, int firstRow, Activations a) {
    int scored = query.positions().length;
    if (scored == 0) {
      return Scores.ofRows(0);
    }
    Tensor rows = a.scoredRows().firstRows(scored); // (M)
    Tensor hidden = a.projected().firstRows(scored); // (M, D): free after the last layer
    ops.write(PredictionShift.rowsFor(query.positions(), firstRow), rows);
    ops.gatherRows(a.normed(), rows, hidden);
    return ops.lmHeadScore(hidden, transformer.lmHead(), query.positions(), query.spec());
  }

  @Override
  public void close() {
    ops.close();
  }
}
