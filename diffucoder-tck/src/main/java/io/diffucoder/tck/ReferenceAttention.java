package io.diffucoder.tck;

import static io.diffucoder.tck.ReferenceChecks.shape;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.RowRange;
import io.diffucoder.spi.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * softmax(q·kᵀ / sqrt(Dh)) · v for one query row and head at a time: (R, H·Dh), (T, Hkv·Dh) → (R,
 * H·Dh).
 */
record ReferenceAttention(
    ReferenceChecks check,
    ReferenceTensor.Floats q,
    ReferenceTensor.Floats keys,
    ReferenceTensor.Floats values,
    AttentionSpec spec) {

  static ReferenceAttention of(
      ReferenceChecks check, Tensor q, Tensor keys, Tensor values, AttentionSpec spec) {
    int queryWidth = spec.heads() * spec.headDim();
    int storeWidth = spec.kvHeads() * spec.headDim();
    check.fits(
        q.rows() == spec.queryRows() && q.cols() == queryWidth,
        "q as the spec has it",
        shape(q),
        "(%d, %d)".formatted(spec.queryRows(), queryWidth));
    check.fits(
        keys.rows() == values.rows() && keys.cols() == values.cols(),
        "keys and values of one shape",
        shape(keys),
        shape(values));
    check.fits(
        keys.rows() >= spec.keyRowsNeeded() && keys.cols() == storeWidth,
        "keys of at least the spec's rows and of its width",
        shape(keys),
        "(%d, %d)".formatted(spec.keyRowsNeeded(), storeWidth));
    return new ReferenceAttention(
        check, check.floats(q), check.floats(keys), check.floats(values), spec);
  }

  void into(ReferenceTensor.Floats out) {
    check.fits(
        q.rows() == out.rows() && q.cols() == out.cols(), "q and out alike", shape(q), shape(out));
    check.apart(out, q);
    check.apart(out, keys);
    check.apart(out, values);
    for (AttentionSpec.Segment segment : spec.segments()) {
      int[] seen = rowNumbers(segment.keys());
      for (int r = segment.queries().start(); r < segment.queries().end(); r++) {
        for (int head = 0; head < spec.heads(); head++) {
          attend(r, head, seen, out);
        }
      }
    }
  }

  private void attend(int row, int head, int[] seen, ReferenceTensor.Floats out) {
    int width = spec.headDim();
    int query = row * q.cols() + head * width;
    int kvOffset = head / (spec.heads() / spec.kvHeads()) * width;
    double[] weights = new double[seen.length];
    for (int k = 0; k < seen.length; k++) {
      double dot = 0;
      for (int i = 0; i < width; i++) {
        dot += q.values()[query + i] * keys.values()[seen[k] * keys.cols() + kvOffset + i];
      }
      weights[k] = dot / Math.sqrt(width);
    }
    double max = Arrays.stream(weights).max().orElse(0);
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      weights[k] = Math.exp(weights[k] - max); // the largest becomes 1: nothing overflows
      sum += weights[k];
    }
    for (int i = 0; i < width; i++) {
      double weighted = 0;
      for (int k = 0; k < seen.length; k++) {
        weighted += weights[k] * values.values()[seen[k] * values.cols() + kvOffset + i];
      }
      out.values()[query + i] = seen.length == 0 ? 0 : weighted / sum;
    }
  }

  private static int[] rowNumbers(List<RowRange> ranges) {
    return ranges.stream()
        .flatMapToInt(range -> IntStream.range(range.start(), range.end()))
        .toArray();
  }
}
