package io.diffucoder.jmh;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.Tensor;

/** One attention layer with the heads of the 7B model, ready to run. */
final class AttentionCase implements Case {
  private static final int HEADS = 28;
  private static final int KV_HEADS = 4;
  private static final int HEAD_DIM = 128;

  private final Fixture fixture;
  private final Tensor q;
  private final Tensor keys;
  private final Tensor values;
  private final Tensor out;
  private final AttentionSpec spec;
  private final Work work;

  /** Owns the fixture. */
  AttentionCase(Fixture fixture, int rows, int keyRows) {
    this.fixture = fixture;
    q = fixture.tensor(rows, HEADS * HEAD_DIM);
    keys = fixture.tensor(keyRows, KV_HEADS * HEAD_DIM);
    values = fixture.tensor(keyRows, KV_HEADS * HEAD_DIM);
    out = fixture.ops().allocate(rows, HEADS * HEAD_DIM);
    spec = AttentionSpec.full(HEADS, KV_HEADS, HEAD_DIM, rows, keyRows);
    double pairs = (double) rows * keyRows;
    double numbers = 2.0 * rows * HEADS * HEAD_DIM + 2.0 * keyRows * KV_HEADS * HEAD_DIM;
    work =
        new Work(
            fixture.threads(),
            4 * pairs * HEADS * HEAD_DIM, // two products
            0,
            fixture.activationBytes(numbers));
  }

  @Override
  public Tensor run() {
    fixture.ops().attention(q, keys, values, spec, out);
    return out;
  }

  @Override
  public void finish() {
    fixture.finish();
  }

  @Override
  public Work work() {
    return work;
  }

  @Override
  public void close() {
    fixture.close();
  }
}
