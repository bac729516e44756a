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

  /** Of logits that hardly differ. Owns the fixture. */
  ScoreCase(Fixture fixture, int rows, int vocabulary, TokenFilter filter) {
    this(fixture, rows, vocabulary, filter, RandomBackend.DEVIATION);
  }

  /** Of logits with this standard deviation. Owns the fixture. */
  ScoreCase(Fixture fixture, int rows, int vocabulary, TokenFilter filter, double deviation) {
    this.fixture = fixture;
    logits = fixture.tensor(rows, vocabulary, deviation);
    work = new Work(fixture.threads(), 0, 0, fixture.activationBytes((double) rows * vocabulary));
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
