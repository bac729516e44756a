package io.diffucoder.tck;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.ScoreSpec.Measured;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;
import io.diffucoder.spi.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Several streams of operations on one backend do not disturb each other. */
public abstract class ConcurrencyContract implements BackendContract {
  private static final int THREADS = 4;
  private static final int ROUNDS = 4;
  private static final int ROWS = 33;
  private static final int WIDTH = 64;
  private static final int VOCABULARY = 127;

  @Test
  void operations_on_several_threads_give_the_bits_that_they_give_alone()
      throws InterruptedException, ExecutionException {
    try (Workbench bench = Workbench.on(openBackend());
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      Weights weights = Weights.load(bench);
      List<Matrix> alone =
          IntStream.range(0, THREADS).mapToObj(i -> pass(bench, weights, i)).toList();
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int stream = i;
        running.add(threads.submit(() -> repeat(bench, weights, stream, alone.get(stream))));
      }
      for (Future<?> future : running) {
        future.get();
      }
    }
  }

  private static void repeat(Workbench bench, Weights weights, int stream, Matrix alone) {
    for (int round = 0; round < ROUNDS; round++) {
      try (Workbench sibling = bench.sibling()) {
        Matrix concurrent = pass(sibling, weights, stream);
        Tolerance.EXACT.check(
            "linear … score on thread %d, round %d".formatted(stream, round), alone, concurrent);
      }
    }
  }

  /** A small layer with other inputs for each stream. */
  private static Matrix pass(Workbench bench, Weights weights, int stream) {
    Tensor x = bench.tensor(OpCases.normal(ROWS, WIDTH, 1, stream));
    Tensor normed = bench.out(ROWS, WIDTH);
    Tensor q = bench.out(ROWS, WIDTH);
    Tensor context = bench.out(ROWS, WIDTH);
    Tensor logits = bench.out(ROWS, VOCABULARY);
    int[] positions = IntStream.range(0, ROWS).toArray();
    ScoreSpec spec =
        new ScoreSpec(
            new TokenFilter(0.8f, 0.95f, 50),
            Measured.FILTERED,
            TokenSet.NONE,
            new RandomKey(stream, 1));

    bench.ops().rmsNorm(x, weights.scale, 1e-6f, normed); // (R, D)
    bench.ops().linear(normed, weights.square, null, q); // (R, D)
    AttentionSpec full = AttentionSpec.full(4, 4, WIDTH / 4, ROWS, ROWS);
    bench.ops().attention(q, normed, x, full, context); // (R, D)
    bench.ops().swiglu(context, q, context); // (R, D)
    bench.ops().addRmsNorm(context, x, weights.scale, 1e-6f, normed); // (R, D)
    bench.ops().linear(normed, weights.head, null, logits); // (R, V)
    return Matrix.of(bench.ops().score(logits, positions, spec));
  }

  private record Weights(Weight scale, Weight square, Weight head) {
    static Weights load(Workbench bench) {
      return new Weights(
          bench.weight(OpCases.normal(1, WIDTH, 1, 10)),
          bench.weight(OpCases.normal(WIDTH, WIDTH, 0.1, 11)),
          bench.weight(OpCases.normal(VOCABULARY, WIDTH, 0.3, 12)));
    }
  }
}
