package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.DeviceFailedException;
import io.diffucoder.api.DeviceMemoryException;
import io.diffucoder.cuda.emulator.Emulator;
import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import io.diffucoder.tck.Matrix;
import io.diffucoder.tck.OpCases;
import io.diffucoder.tck.Workbench;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the CUDA backend does with a device, on the emulated one. */
@ExtendWith(OnEmulator.class)
class CudaBackendTest {
  private static final List<String> HELD =
      List.of(
          "deviceAllocations",
          "deviceBytes",
          "pinnedAllocations",
          "pinnedBytes",
          "streams",
          "events",
          "libraries",
          "graphs",
          "graphExecs",
          "contexts",
          "cublasHandles",
          "cublasDescriptors");

  @Test
  void closing_frees_all_that_it_held() {
    for (CudaSettings.ProductChoice products : CudaSettings.ProductChoice.values()) {
      try (Workbench bench = Workbench.on(EmulatedCuda.open(Arithmetic.BF16, products))) {
        step(bench);
        assertThat(Emulator.load().counter("deviceBytes")).isPositive();
      }

      for (String held : HELD) {
        assertThat(Emulator.load().counter(held)).as(held + " after " + products).isZero();
      }
    }
  }

  @Test
  void only_scores_and_reads_wait_for_the_device() {
    try (Workbench bench = Workbench.on(EmulatedCuda.open(Arithmetic.BF16))) {
      Weight head = bench.weight(OpCases.normal(65, 64, 1, 1));
      Tensor x = bench.tensor(OpCases.normal(33, 64, 1, 2));
      Tensor y = bench.tensor(OpCases.normal(33, 64, 1, 3));
      Tensor out = bench.out(33, 65);
      bench.read(out);
      long before = Emulator.load().counter("synchronisations");

      for (int i = 0; i < 200; i++) {
        bench.ops().linear(x, head, null, out);
        bench.ops().add(y, x);
      }
      bench.ops().write(new int[] {1}, bench.ops().allocateIndices(1));

      assertThat(Emulator.load().counter("synchronisations")).isEqualTo(before);
      bench.ops().score(out, OpCases.indices(33, 9, 1), ScoreSpec.greedy());
      assertThat(Emulator.load().counter("synchronisations")).isEqualTo(before + 1);
    }
  }

  @Test
  void too_little_memory_says_what_was_needed_and_free_and_leaves_the_backend_usable() {
    EmulatedCuda.emulator().configure("memoryBytes", 24L << 20);
    try (Workbench bench = Workbench.on(EmulatedCuda.open(Arithmetic.BF16))) {
      assertThatThrownBy(() -> bench.weight(Matrix.filled(4096, 4096, 1)))
          .isInstanceOf(DeviceMemoryException.class)
          .hasMessageContaining("weight 'test' as bf16 needs 33,554,432 bytes of device memory")
          .hasMessageContaining("of 25,165,824 are free");
      assertThatThrownBy(() -> bench.ops().allocate(8192, 8192))
          .isInstanceOf(DeviceMemoryException.class)
          .hasMessageContaining("a tensor (8192, 8192) needs 134,217,728 bytes");
      step(bench);
    }
  }

  @Test
  void too_little_page_locked_memory_names_the_limit() {
    try (TensorBackend backend = EmulatedCuda.open(Arithmetic.BF16)) {
      Emulator.load().configure("failHostAlloc", 1);
      assertThatThrownBy(backend::newOps)
          .isInstanceOf(DeviceMemoryException.class)
          .hasMessageContaining("page-locked host memory")
          .hasMessageContaining("ulimit -l");
      backend.newOps().close();
    }
  }

  @Test
  void a_kernel_that_fails_is_told_at_the_next_wait_and_ever_after() {
    Workbench bench = Workbench.on(EmulatedCuda.open(Arithmetic.BF16));
    Tensor x = bench.tensor(OpCases.normal(3, 64, 1, 2));
    bench.read(x);
    Emulator.load().configure("failKernel", 1);
    bench.ops().add(x, bench.ops().allocate(3, 64));

    assertThatThrownBy(() -> bench.read(x))
        .isInstanceOf(DeviceFailedException.class)
        .hasMessageContaining("CUDA_ERROR_LAUNCH_FAILED (719)")
        .hasMessageContaining("close the model and load it again");
    assertThatThrownBy(() -> bench.read(x))
        .isInstanceOf(DeviceFailedException.class)
        .hasMessageContaining("failed before");
    assertThatThrownBy(() -> bench.weight(Matrix.row(1))).isInstanceOf(DeviceFailedException.class);
    assertThatCode(bench::close).doesNotThrowAnyException();
    try (Workbench again = Workbench.on(EmulatedCuda.open(Arithmetic.BF16))) {
      step(again);
    }
  }

  @Test
  void a_launch_that_fails_does_not_hang_what_waits_for_it() {
    Workbench bench = Workbench.on(EmulatedCuda.open(Arithmetic.BF16));
    Tensor x = bench.tensor(OpCases.normal(3, 64, 1, 2));
    Emulator.load().configure("failLaunch", 1);

    assertThatThrownBy(() -> bench.read(x)).isInstanceOf(DeviceFailedException.class);
    assertThatCode(bench::close).doesNotThrowAnyException();
  }

  @Test
  void an_interrupt_is_kept_and_the_result_too() {
    try (Workbench bench = Workbench.on(EmulatedCuda.open(Arithmetic.BF16))) {
      Tensor x = bench.tensor(Matrix.row(1, 2, 3));

      Thread.currentThread().interrupt();
      Matrix read = bench.read(x);

      assertThat(Thread.interrupted()).isTrue();
      assertThat(read.values()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void large_weights_come_through_page_locked_memory_only() {
    try (Workbench bench = Workbench.on(EmulatedCuda.open(Arithmetic.BF16));
        Arena arena = Arena.ofShared()) {
      int rows = 3000;
      int cols = 8192; // 47 MiB: several parts for each thread
      var bytes = arena.allocate(DType.BF16.bytes((long) rows * cols), 64);
      for (int r = 0; r < rows; r++) {
        bytes.set(ValueLayout.JAVA_SHORT, 2L * r * cols, (short) r);
      }
      WeightSource source = new WeightSource("large", rows, cols, DType.BF16, bytes);
      Weight weight = bench.backend().loadWeight(source, WeightFormat.AS_STORED);
      Tensor out = bench.out(3, cols);

      bench.ops().embed(weight, bench.indices(0, 1234, 2999), out);

      Matrix read = bench.read(out);
      for (int i = 0; i < 3; i++) {
        int row = new int[] {0, 1234, 2999}[i];
        assertThat(read.at(i, 0)).isEqualTo(Float.intBitsToFloat(row << 16));
      }
      assertThat(weight.allocatedBytes()).isEqualTo(bytes.byteSize());
      assertThat(Emulator.load().counter("pageableCopies")).isZero();
    }
  }

  @Test
  void the_description_names_the_device_and_who_multiplies() {
    try (TensorBackend own = EmulatedCuda.open(Arithmetic.F32);
        TensorBackend library =
            EmulatedCuda.open(Arithmetic.BF16, CudaSettings.ProductChoice.CUBLASLT)) {
      assertThat(own.info().device()).contains("9.0", "f32 arithmetic", "own kernels");
      assertThat(library.info().device()).contains("bf16 arithmetic", "cuBLASLt 13");
    }
  }

  @Test
  void what_the_kernels_have_no_room_for_is_refused() {
    try (Workbench bench = Workbench.on(EmulatedCuda.open(Arithmetic.BF16))) {
      TensorOps ops = bench.ops();
      Tensor wide = ops.allocate(1, 257);
      AttentionSpec spec = AttentionSpec.full(1, 1, 257, 1, 1);
      assertThatThrownBy(() -> ops.attention(wide, wide, wide, spec, ops.allocate(1, 257)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("heads of up to 256, got 257");
      Tensor logits = ops.allocate(1, (1 << 20) + 1);
      assertThatThrownBy(() -> ops.score(logits, new int[] {0}, ScoreSpec.greedy()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("vocabularies of up to 1,048,576 tokens, got 1,048,577");
    }
  }

  @Test
  void tensors_of_other_ops_are_refused_because_streams_are_not_ordered() {
    try (Workbench bench = Workbench.on(EmulatedCuda.open(Arithmetic.BF16));
        Workbench sibling = bench.sibling()) {
      Tensor x = bench.tensor(Matrix.row(1, 2));

      assertThatThrownBy(() -> sibling.ops().add(x, x))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("other TensorOps");
    }
  }

  /** Some of everything, often enough that it becomes a graph. */
  private static void step(Workbench bench) {
    Weight square = bench.weight(OpCases.normal(64, 64, 1, 1));
    Weight scale = bench.weight(OpCases.normal(1, 64, 1, 2));
    Tensor x = bench.tensor(OpCases.normal(5, 64, 1, 3));
    Tensor y = bench.out(5, 64);
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 4; i++) {
        bench.ops().rmsNorm(x, scale, 1e-6f, y);
        bench.ops().linear(y, square, null, x);
        bench.ops().attention(x, x, x, AttentionSpec.full(1, 1, 64, 5, 5), y);
        bench.ops().swiglu(y, x, x);
      }
      bench.ops().score(x, new int[] {0, 1, 2, 3, 4}, ScoreSpec.greedy());
    }
  }
}
