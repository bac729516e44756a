package io.diffucoder.sampling;

import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.Scores;
import java.util.stream.IntStream;

/** Each position with the schedule's probability: Dream's {@code origin}. */
enum RandomCommit implements CommitPolicy {
  INSTANCE;

  @Override
  public int[] select(Scores scores, CommitContext context) {
    int[] positions = context.positions();
    return IntStream.range(0, positions.length)
        .filter(row ->
            context.random().uniform(RandomKey.Purpose.COMMIT, positions[row]) < context.fraction())
        .toArray();
  }
}
