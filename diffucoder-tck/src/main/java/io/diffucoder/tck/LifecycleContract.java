package io.diffucoder.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.spi.BackendInfo;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import java.util.EnumSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Who owns what, and until when. */
public abstract class LifecycleContract implements BackendContract {

  @Test
  void says_what_it_is() {
    try (TensorBackend backend = openBackend()) {
      BackendInfo info = backend.info();

      assertThat(info.name()).isNotBlank();
      assertThat(info.device()).isNotBlank();
      assertThat(info.memoryBytes()).isPositive();
      assertThat(info.weightFormats()).contains(WeightFormat.AS_STORED);
    }
  }

  @Test
  void operations_are_refused_after_their_close() {
    try (Workbench bench = Workbench.on(openBackend())) {
      TensorOps ops = bench.backend().newOps();
      Tensor x = ops.allocate(2, 3);
      Tensor indices = ops.allocateIndices(2);
      Weight scale = bench.weight(Matrix.row(1, 1, 1));
      ops.close();

      refusesAfterClose(() -> ops.allocate(1, 1));
      refusesAfterClose(() -> ops.allocateIndices(1));
      refusesAfterClose(() -> ops.write(new int[] {0}, indices));
      refusesAfterClose(() -> ops.read(x, new float[6]));
      refusesAfterClose(() -> ops.add(x, x));
      refusesAfterClose(() -> ops.rmsNorm(x, scale, 0, x));
      refusesAfterClose(() -> ops.embed(scale, indices, x));
    }
  }

  @Test
  void a_backend_is_refused_after_its_close() {
    try (Workbench bytes = Workbench.on(new ReferenceBackend())) {
      WeightSource source = bytes.source(Matrix.row(1), DType.F32, 0);
      TensorBackend backend = openBackend();
      backend.close();

      refusesAfterClose(backend::newOps);
      refusesAfterClose(() -> backend.loadWeight(source, WeightFormat.AS_STORED));
    }
  }

  @Test
  void a_second_close_does_nothing() {
    TensorBackend backend = openBackend();
    TensorOps first = backend.newOps();
    TensorOps second = backend.newOps();

    first.close();
    first.close();

    assertThatThrownBy(backend::close).isInstanceOf(IllegalStateException.class);
    second.close();
    backend.close();
    assertThatCode(backend::close).doesNotThrowAnyException();
  }

  @Test
  void a_backend_with_open_operations_does_not_close_and_stays_usable() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Tensor x = bench.tensor(Matrix.row(1, 2));

      assertThatThrownBy(() -> bench.backend().close()).isInstanceOf(IllegalStateException.class);

      bench.ops().add(bench.tensor(Matrix.row(10, 20)), x);
      Tolerance.EXACT.check("add after a refused close", Matrix.row(11, 22), bench.read(x));
    }
  }

  @Test
  void weights_outlive_the_operations_that_use_them() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Weight weight = bench.weight(Matrix.row(3, -3));
      for (int i = 0; i < 3; i++) {
        try (Workbench sibling = bench.sibling()) {
          Tensor out = sibling.out(1, 1);
          sibling.ops().linear(sibling.tensor(Matrix.row(100, -100)), weight, null, out);
          Tolerance.linear(bench.activationType(), 2)
              .check("linear with an old weight", Matrix.row(600), sibling.read(out));
        }
      }
    }
  }

  @Test
  void a_weight_format_that_is_not_offered_is_rejected() {
    try (Workbench bench = Workbench.on(openBackend())) {
      WeightSource source = bench.source(Matrix.row(1), DType.F32, 0);
      EnumSet<WeightFormat> missing = EnumSet.allOf(WeightFormat.class);
      missing.removeAll(bench.backend().info().weightFormats());

      for (WeightFormat format : missing) {
        assertThatThrownBy(() -> bench.backend().loadWeight(source, format))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(format.name());
      }
    }
  }

  @Test
  void a_weight_says_its_name_its_shape_and_what_it_takes() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Weight weight = bench.weight(OpCases.normal(3, 5, 1, 1));

      assertThat(weight.name()).isEqualTo("test");
      assertThat(weight.rows()).isEqualTo(3);
      assertThat(weight.cols()).isEqualTo(5);
      assertThat(weight.allocatedBytes()).isNotNegative();
    }
  }

  @Test
  void writing_fewer_indices_than_rows_keeps_the_others() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Tensor indices = bench.indices(0, 1, 2);
      bench.ops().write(new int[] {2}, indices);
      Tensor out = bench.out(3, 1);

      bench.ops().embed(bench.weight(Matrix.of(3, 1, 7, 8, 9)), indices, out);

      Tolerance.EXACT.check("write, then embed", Matrix.of(3, 1, 9, 8, 9), bench.read(out));
    }
  }

  @Test
  void a_view_shares_the_memory_of_its_tensor() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Tensor x = bench.tensor(Matrix.of(3, 1, 1, 2, 3));

      bench.ops().add(bench.tensor(Matrix.of(2, 1, 10, 10)), x.firstRows(3).firstRows(2));

      Tolerance.EXACT.check("add to a view", Matrix.of(3, 1, 11, 12, 3), bench.read(x));
      assertThatThrownBy(() -> x.firstRows(0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> x.firstRows(4)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static void refusesAfterClose(ThrowingCallable use) {
    assertThatThrownBy(use).isInstanceOf(IllegalStateException.class);
  }
}
