package io.diffucoder.tck;

import static io.diffucoder.tck.BrokenBackends.numbers;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.AttentionSpec.Segment;
import io.diffucoder.spi.RowRange;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorBackend;
import java.util.ArrayList;
import java.util.List;

/** Mistakes that attention is made with. */
final class BrokenAttention {
  private BrokenAttention() {}

  /** Row r sees the keys 0 … r only. */
  static TensorBackend causalMaskLeftOn() {
    return BrokenBackend.with(ops ->
        new ForwardingOps(ops) {
          @Override
          public void attention(
              Tensor q, Tensor keys, Tensor values, AttentionSpec spec, Tensor out) {
            List<Segment> causal = new ArrayList<>();
            for (Segment segment : spec.segments()) {
              for (int r = segment.queries().start(); r < segment.queries().end(); r++) {
                int row = r;
                List<RowRange> seen =
                    segment.keys().stream().map(range -> upTo(row, range)).toList();
                causal.add(new Segment(new RowRange(row, 1), seen));
              }
            }
            right.attention(q, keys, values, with(spec, causal), out);
          }
        });
  }

  /** The ranges of keys are read as if each began where the one before it ends. */
  static TensorBackend readsRangesAsAdjacent() {
    return BrokenBackend.with(ops ->
        new ForwardingOps(ops) {
          @Override
          public void attention(
              Tensor q, Tensor keys, Tensor values, AttentionSpec spec, Tensor out) {
            List<Segment> adjacent =
                spec.segments().stream()
                    .map(segment -> new Segment(segment.queries(), adjacent(segment)))
                    .toList();
            right.attention(q, keys, values, with(spec, adjacent), out);
          }
        });
  }

  private static List<RowRange> adjacent(Segment segment) {
    return segment.keys().isEmpty()
        ? List.of()
        : List.of(new RowRange(segment.keys().getFirst().start(), segment.keyCount()));
  }

  /** Scores are not divided by sqrt(Dh). */
  static TensorBackend unscaled() {
    return BrokenBackend.with(ops ->
        new ForwardingOps(ops) {
          @Override
          public void attention(
              Tensor q, Tensor keys, Tensor values, AttentionSpec spec, Tensor out) {
            Tensor larger = allocate(q.rows(), q.cols());
            for (int i = 0; i < q.rows() * q.cols(); i++) {
              numbers(larger)[i] = numbers(q)[i] * Math.sqrt(spec.headDim());
            }
            right.attention(larger, keys, values, spec, out);
          }
        });
  }

  /** Query head j uses key/value head j mod Hkv. */
  static TensorBackend swappedKvHeads() {
    return BrokenBackend.with(ops ->
        new ForwardingOps(ops) {
          @Override
          public void attention(
              Tensor q, Tensor keys, Tensor values, AttentionSpec spec, Tensor out) {
            Tensor sorted = allocate(q.rows(), q.cols());
            Tensor result = allocate(q.rows(), q.cols());
            for (int head = 0; head < spec.heads(); head++) {
              copyHead(q, head, sorted, sortedPlace(head, spec), spec.headDim());
            }
            right.attention(sorted, keys, values, spec, result);
            for (int head = 0; head < spec.heads(); head++) {
              copyHead(result, sortedPlace(head, spec), out, head, spec.headDim());
            }
          }
        });
  }

  /** A place among those that rightly use key/value head (head mod Hkv). */
  private static int sortedPlace(int head, AttentionSpec spec) {
    int group = spec.heads() / spec.kvHeads();
    return head % spec.kvHeads() * group + head / spec.kvHeads();
  }

  private static void copyHead(Tensor from, int fromHead, Tensor to, int toHead, int width) {
    for (int r = 0; r < from.rows(); r++) {
      int row = r * from.cols();
      System.arraycopy(
          numbers(from), row + fromHead * width, numbers(to), row + toHead * width, width);
    }
  }

  private static RowRange upTo(int row, RowRange range) {
    return new RowRange(range.start(), Math.clamp(row + 1 - range.start(), 0, range.count()));
  }

  private static AttentionSpec with(AttentionSpec spec, List<Segment> segments) {
    return new AttentionSpec(spec.heads(), spec.kvHeads(), spec.headDim(), segments);
  }
}
