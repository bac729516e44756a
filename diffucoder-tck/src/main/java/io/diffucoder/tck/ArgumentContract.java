package io.diffucoder.tck;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.RopeSpec;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What does not fit is refused before anything is written, naming the operation and the shapes. */
public abstract class ArgumentContract implements BackendContract {

  @Test
  void shapes_that_do_not_fit_are_named() {
    try (Workbench bench = Workbench.on(openBackend())) {
      TensorOps ops = bench.ops();
      Tensor x = bench.tensor(Matrix.filled(3, 6, 1)); // (3, 6)
      Tensor wide = bench.tensor(Matrix.filled(3, 8, 1)); // (3, 8)
      Tensor high = bench.tensor(Matrix.filled(5, 6, 1)); // (5, 6)
      Tensor two = bench.indices(0, 1);
      Weight square = bench.weight(Matrix.filled(6, 6, 1));
      Weight vector = bench.weight(Matrix.filled(1, 8, 1));

      refuses("embed", () -> ops.embed(square, two, x), 2, 1, 3, 6);
      refuses("embed", () -> ops.embed(vector, bench.indices(0, 0, 0), x), 1, 8, 3, 6);
      refuses("rmsNorm", () -> ops.rmsNorm(x, vector, 0, x), 1, 8);
      refuses("rmsNorm", () -> ops.rmsNorm(x, square, 0, x), 6, 6);
      refuses("rmsNorm", () -> ops.rmsNorm(wide, vector, 0, bench.out(3, 6)), 3, 8, 3, 6);
      refuses("linear", () -> ops.linear(wide, square, null, x), 3, 8, 6, 6);
      refuses("linear", () -> ops.linear(x, square, null, wide), 6, 6, 3, 8);
      refuses("linear", () -> ops.linear(x, square, null, high), 3, 6, 5, 6);
      refuses("linear", () -> ops.linear(x, square, vector, bench.out(3, 6)), 1, 8);
      refuses("rope", () -> ops.rope(x, two, new RopeSpec(6, 1e4)), 3, 6, 2, 1);
      refuses("scatterRows", () -> ops.scatterRows(x, bench.indices(0, 1, 2), wide), 3, 6, 3, 8);
      refuses("scatterRows", () -> ops.scatterRows(x, two, high), 3, 6, 2, 1);
      refuses("gatherRows", () -> ops.gatherRows(x, two, wide.firstRows(2)), 3, 6, 2, 8);
      refuses("gatherRows", () -> ops.gatherRows(x, two, high), 2, 1, 5, 6);
      refuses("swiglu", () -> ops.swiglu(x, wide, bench.out(3, 6)), 3, 6, 3, 8);
      refuses("swiglu", () -> ops.swiglu(x, x, high), 3, 6, 5, 6);
      refuses("add", () -> ops.add(x, wide), 3, 6, 3, 8);
      refuses("add", () -> ops.add(high, x), 5, 6, 3, 6);
      Tolerance.EXACT.check("x after refusals", Matrix.filled(3, 6, 1), bench.read(x));
      Tolerance.EXACT.check("wide after refusals", Matrix.filled(3, 8, 1), bench.read(wide));
      Tolerance.EXACT.check("high after refusals", Matrix.filled(5, 6, 1), bench.read(high));
    }
  }

  @Test
  void attention_that_does_not_fit_its_spec_is_named() {
    try (Workbench bench = Workbench.on(openBackend())) {
      TensorOps ops = bench.ops();
      Tensor q = bench.tensor(Matrix.filled(3, 8, 1)); // (3, H*Dh)
      Tensor store = bench.tensor(Matrix.filled(5, 4, 1)); // (5, Hkv*Dh)
      Tensor shorter = bench.tensor(Matrix.filled(4, 4, 1));
      Tensor out = bench.tensor(Matrix.filled(3, 8, 9));
      AttentionSpec fits = AttentionSpec.full(2, 1, 4, 3, 5);

      refuses(
          "attention",
          () -> ops.attention(q, store, store, AttentionSpec.full(2, 1, 4, 2, 5), out),
          3,
          8);
      refuses(
          "attention",
          () -> ops.attention(q, store, store, AttentionSpec.full(2, 2, 4, 3, 5), out),
          5,
          4);
      refuses(
          "attention",
          () -> ops.attention(q, store, store, AttentionSpec.full(2, 1, 4, 3, 6), out),
          5,
          4);
      refuses("attention", () -> ops.attention(q, store, shorter, fits, out), 5, 4, 4, 4);
      refuses("attention", () -> ops.attention(q, store, store, fits, store), 3, 8, 5, 4);
      Tolerance.EXACT.check("out after refusals", Matrix.filled(3, 8, 9), bench.read(out));
    }
  }

  @Test
  void arrays_that_do_not_fit_are_rejected() {
    try (Workbench bench = Workbench.on(openBackend())) {
      TensorOps ops = bench.ops();
      Tensor x = bench.tensor(Matrix.filled(3, 6, 1));

      rejects("write", () -> ops.write(new int[3], bench.indices(0, 1)));
      rejects("read", () -> ops.read(x, new float[17]));
      rejects("score", () -> ops.score(x, new int[2], ScoreSpec.greedy()));
      rejects("rope", () -> ops.rope(x, bench.indices(0, 1, 2), new RopeSpec(4, 1e4)));
      assertThatThrownBy(() -> ops.allocate(0, 3)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> ops.allocate(3, 0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> ops.allocateIndices(0)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void numbers_and_indices_do_not_stand_in_for_each_other() {
    try (Workbench bench = Workbench.on(openBackend())) {
      TensorOps ops = bench.ops();
      Tensor numbers = bench.tensor(Matrix.filled(2, 1, 1));
      Tensor indices = bench.indices(0, 1);
      Weight table = bench.weight(Matrix.filled(2, 1, 1));

      rejects("write", () -> ops.write(new int[] {1}, numbers));
      rejects("embed", () -> ops.embed(table, numbers, bench.out(2, 1)));
      rejects("embed", () -> ops.embed(table, indices, indices));
      rejects("add", () -> ops.add(indices, numbers));
      rejects("gatherRows", () -> ops.gatherRows(numbers, numbers, bench.out(2, 1)));
    }
  }

  @Test
  void tensors_and_weights_of_another_backend_are_rejected() {
    for (Workbench other :
        new Workbench[] {Workbench.on(openBackend()), Workbench.on(new ReferenceBackend())}) {
      try (other;
          Workbench bench = Workbench.on(openBackend())) {
        TensorOps ops = bench.ops();
        Tensor own = bench.tensor(Matrix.filled(2, 2, 1));
        Tensor foreign = other.tensor(Matrix.filled(2, 2, 1));
        Weight ownWeight = bench.weight(Matrix.filled(2, 2, 1));
        Weight foreignWeight = other.weight(Matrix.filled(2, 2, 1));

        rejects("read", () -> ops.read(foreign, new float[4]));
        rejects("write", () -> ops.write(new int[1], other.indices(0)));
        rejects("embed", () -> ops.embed(foreignWeight, bench.indices(0, 1), own));
        rejects("embed", () -> ops.embed(ownWeight, other.indices(0, 1), own));
        rejects("linear", () -> ops.linear(own, foreignWeight, null, bench.out(2, 2)));
        rejects("linear", () -> ops.linear(foreign, ownWeight, null, own));
        rejects("add", () -> ops.add(own, foreign));
        rejects("swiglu", () -> ops.swiglu(own, foreign, own));
        rejects("score", () -> ops.score(foreign, new int[2], ScoreSpec.greedy()));
        AttentionSpec spec = AttentionSpec.full(1, 1, 2, 2, 2);
        rejects("attention", () -> ops.attention(own, foreign, foreign, spec, bench.out(2, 2)));
      }
    }
  }

  /** The shapes that must be named, as rows and columns with anything but digits between them. */
  private static void refuses(String op, ThrowingCallable use, int... shapes) {
    AbstractThrowableAssert<?, ?> refusal = rejects(op, use);
    for (int i = 0; i < shapes.length; i += 2) {
      String shape = "(?s).*\\b%d\\D{1,4}%d\\b.*".formatted(shapes[i], shapes[i + 1]);
      refusal.hasMessageMatching(shape);
    }
  }

  private static AbstractThrowableAssert<?, ?> rejects(String op, ThrowingCallable use) {
    return assertThatThrownBy(use)
        .as(op)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(op);
  }
}
