package io.diffucoder.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is opened and closed many times leaves nothing behind. */
public abstract class LeakContract implements BackendContract {
  private static final int MIB = 1 << 20;

  @Test
  void closed_operations_give_their_memory_back() throws IOException {
    try (Workbench bench = Workbench.on(openBackend())) {
      Weight row = bench.weight(Matrix.filled(1, 1024, 1));
      fill(bench, row);
      OptionalLong before = memoryOutsideTheHeap();

      for (int round = 0; round < 128; round++) {
        fill(bench, row); // 4 MiB each in float32
      }

      OptionalLong after = memoryOutsideTheHeap();
      if (before.isPresent() && after.isPresent()) {
        assertThat(after.getAsLong() - before.getAsLong())
            .as("bytes outside the heap after 128 × 4 MiB were allocated and closed")
            .isLessThan(256L * MIB);
      }
    }
  }

  @Test
  void closed_backends_end_their_threads() throws InterruptedException {
    openBackend().close(); // what a library starts once in a process
    int before = Thread.activeCount();

    for (int round = 0; round < 20; round++) {
      try (Workbench bench = Workbench.on(openBackend())) {
        Tensor out = bench.out(33, 65);
        Weight weight = bench.weight(OpCases.normal(65, 127, 1, 1));
        bench.ops().linear(bench.tensor(OpCases.normal(33, 127, 1, 2)), weight, null, out);
        bench.read(out);
      }
    }

    for (int wait = 0; wait < 50 && Thread.activeCount() > before; wait++) {
      Thread.sleep(100); // an ending thread may take a moment
    }
    assertThat(Thread.activeCount()).as("live threads").isLessThanOrEqualTo(before);
  }

  @Test
  void operations_open_and_close_thousands_of_times() {
    try (TensorBackend backend = openBackend()) {
      for (int round = 0; round < 2000; round++) {
        try (TensorOps ops = backend.newOps()) {
          ops.write(new int[] {round}, ops.allocateIndices(3));
          assertThat(ops.allocate(2, 3).rows()).isEqualTo(2);
        }
      }
    }
  }

  @Test
  void a_weight_accounts_for_the_bytes_that_its_format_needs() {
    try (Workbench bench = Workbench.on(openBackend())) {
      Matrix matrix = OpCases.normal(63, 96, 1, 1);
      for (WeightFormat format : bench.backend().info().weightFormats()) {
        for (DType type : Encoding.writable(96)) {
          long bytes = bench.weight(matrix, type, format).allocatedBytes();

          assertThat(bytes)
              .as("allocated bytes of 63 × 96 %s kept %s", type, format)
              .isBetween(0L, 63L * 96 * 8 + 4096);
          if (format == WeightFormat.F32 && type != DType.F32) {
            assertThat(bytes).isGreaterThanOrEqualTo(63L * 96 * 4);
          }
        }
      }
    }
  }

  private static void fill(Workbench bench, Weight row) {
    try (Workbench sibling = bench.sibling()) {
      Tensor big = sibling.ops().allocate(1024, 1024);
      sibling.ops().embed(row, sibling.indices(new int[1024]), big); // a touched page is a real one
      sibling.ops().read(big.firstRows(1), new float[1024]); // waits
    }
  }

  /** Resident memory without the Java heap, where the system tells it: Linux. */
  private static OptionalLong memoryOutsideTheHeap() throws IOException {
    Path statm = Path.of("/proc/self/statm");
    if (!Files.isReadable(statm)) {
      return OptionalLong.empty();
    }
    long pages = Long.parseLong(Files.readString(statm).split(" ", -1)[1]);
    return OptionalLong.of(pages * 4096 - Runtime.getRuntime().totalMemory());
  }
}
