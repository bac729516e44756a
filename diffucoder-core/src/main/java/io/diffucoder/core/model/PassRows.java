package io.diffucoder.core.model;

import io.diffucoder.sampling.DenoiseQuery;
import io.diffucoder.sampling.StorePlace;
import io.diffucoder.sampling.Window;
import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.RowRange;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of one pass: the windows of a batch, one after the other.
 *
 * @param tokens (R)
 * @param positions (R) positions in their canvases
 * @param storeRows (R) where their keys and values go
 * @param segments one for each canvas: what its rows see, in the order of the canvas, so that the
 *     sums are the same wherever the keys lie
 */
record PassRows(
    int[] tokens, int[] positions, int[] storeRows, List<AttentionSpec.Segment> segments) {

  /**
   * Lays out a batch.
   *
   * @throws IllegalArgumentException if there are too many rows, or a window does not fit its
   *     canvas or the store
   */
  static PassRows of(List<DenoiseQuery> batch, Footprint room) {
    int rows = batch.stream().mapToInt(query -> query.window().rows()).sum();
    if (rows == 0 || rows > room.rows()) {
      throw new IllegalArgumentException(
          "this denoiser has room for passes of 1 to %d rows, got %d".formatted(room.rows(), rows));
    }
    PassRows pass =
        new PassRows(new int[rows], new int[rows], new int[rows], new ArrayList<>(batch.size()));
    int row = 0;
    for (DenoiseQuery query : batch) {
      requireRoom(query, room);
      pass.add(query, row);
      row += query.window().rows();
    }
    return pass;
  }

  private void add(DenoiseQuery query, int first) {
    List<RowRange> keys = new ArrayList<>();
    int row = first;
    int done = 0;
    for (RowRange range : query.window().computed()) {
      addKept(keys, query, done, range.start());
      int store = storeRow(query, range.start(), row - first);
      keys.add(new RowRange(store, range.count()));
      for (int i = 0; i < range.count(); i++, row++) {
        tokens[row] = query.canvas().token(range.start() + i);
        positions[row] = range.start() + i;
        storeRows[row] = store + i;
      }
      done = range.end();
    }
    addKept(keys, query, done, query.canvas().size());
    segments.add(
        new AttentionSpec.Segment(new RowRange(first, row - first), RowRange.joined(keys)));
  }

  private static int storeRow(DenoiseQuery query, int position, int index) {
    StorePlace place = query.place();
    return place.inPlace() ? place.canvas() + position : place.branch() + index;
  }

  /** What is seen of the positions from … to − 1, none of which is computed. */
  private static void addKept(List<RowRange> keys, DenoiseQuery query, int from, int to) {
    for (RowRange seen : query.window().seen()) {
      int start = Math.max(seen.start(), from);
      int end = Math.min(seen.end(), to);
      if (start < end) {
        keys.add(new RowRange(query.place().canvas() + start, end - start));
      }
    }
  }

  private static void requireRoom(DenoiseQuery query, Footprint room) {
    Window window = query.window();
    int end = window.seen().isEmpty() ? 0 : window.seen().getLast().end();
    if (end > query.canvas().size()) {
      throw new IllegalArgumentException(
          "the window reaches to position %d of a canvas of %d"
              .formatted(end, query.canvas().size()));
    }
    StorePlace place = query.place();
    long inCanvas = (long) place.canvas() + end;
    long needed =
        place.inPlace() ? inCanvas : Math.max(inCanvas, (long) place.branch() + window.rows());
    if (needed > room.storeRows()) {
      throw new IllegalArgumentException(
          "this denoiser's store has %d rows, the canvas at %d needs %d"
              .formatted(room.storeRows(), place.canvas(), needed));
    }
    int seen = RowRange.total(window.seen());
    if (room.keeping() == Footprint.Keeping.NOTHING && seen > window.rows()) {
      throw new IllegalArgumentException(
          "this denoiser keeps nothing from earlier passes, the window sees %d positions and"
                  .formatted(seen)
              + " computes "
              + window.rows());
    }
  }
}
