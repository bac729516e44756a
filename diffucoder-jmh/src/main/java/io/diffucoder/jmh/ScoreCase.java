package io.diffucoder.jmh;

import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;
import java.util.stream.IntStream;

/** Rows of random logits, ready to be scored. */
final class ScoreCase implements Case {
  private final Fixture fixture;
  private final Tensor logits;
  private final int[] positions;
  private final ScoreSpec spec;
  private final Work work;

  ScoreCase(int threads, int rows, int vocabulary, TokenFilter filter) {
    fixture = new Fixture(threads);
    logits = fixture.tensor(rows, vocabulary);
    work = new Work(threads, 0, 0);
    positions = IntStream.range(0, rows).toArray();
    spec = new ScoreSpec(filter, ScoreSpec.Measured.FILTERED, TokenSet.NONE, new RandomKey(1, 0));
  }

  @Override
  public Scores run() {
    return fixture.ops().score(logits, positions, spec);
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
