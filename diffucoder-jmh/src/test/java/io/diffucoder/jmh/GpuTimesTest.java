package io.diffucoder.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.Weight;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a GPU is measured with, run on the CPU with tiny sizes. */
class GpuTimesTest {

  private static List<String> linesOf(String... arguments) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int status = GpuTimes.run(new PrintStream(bytes, true, StandardCharsets.UTF_8), arguments);
    assertThat(status).isZero();
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void every_part_has_a_line_for_each_of_its_cases() {
    List<String> steps = linesOf("backend=cpu", "layers=0", "seconds=0", "parts=steps");
    List<String> linear = linesOf("backend=cpu", "layers=0", "seconds=0", "parts=linear");
    List<String> others = linesOf("backend=cpu", "layers=0", "seconds=0", "parts=others");

    assertThat(steps).hasSize(3);
    assertThat(steps.getFirst()).contains("\"case\": \"load\"").contains("\"bytes\": ");
    assertThat(steps.getLast()).contains("\"case\": \"window of 9, T 40\"").contains("\"ms\": ");
    assertThat(linear).hasSize(4).allMatch(line -> line.contains("\"flops\": "));
    assertThat(others).hasSize(1 + SmallCase.Operation.values().length + 2);
  }

  @Test
  void weights_can_be_blocks() {
    assertThat(linesOf("backend=cpu", "layers=0", "seconds=0", "type=Q8_0", "label=q8"))
        .allMatch(line -> line.startsWith("{\"by\": \"q8\", "));
  }

  @Test
  void a_part_that_there_is_not_is_named() {
    assertThatThrownBy(() -> linesOf("backend=cpu", "parts=all"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no part 'all'");
  }

  @Test
  void the_benchmark_of_a_step_runs() {
    CudaStepBenchmark benchmark = new CudaStepBenchmark();
    benchmark.window = 9;
    benchmark.open(RandomBackend.cpu(1));

    assertThat(benchmark.step().getFirst().rows()).isEqualTo(8);
    benchmark.close();
  }

  @Test
  void operations_use_enough_matrices_to_leave_a_cache_in_numbers_that_divide_a_batch() {
    GpuSizes sizes = GpuSizes.dream7b(1);

    assertThat(sizes.copies(1L << 40)).isEqualTo(1);
    assertThat(sizes.copies(256L << 20)).isEqualTo(1);
    assertThat(sizes.copies(100L << 20)).isEqualTo(4);
    assertThat(sizes.copies(1)).isEqualTo(64);
  }

  @ParameterizedTest
  @EnumSource
  void random_numbers_are_the_same_wherever_they_are_kept_and_rows_differ(
      RandomNumbers.Keeping keeping) {
    try (RandomNumbers numbers = new RandomNumbers(keeping);
        RandomNumbers others = new RandomNumbers(RandomNumbers.Keeping.IN_MEMORY)) {
      MemorySegment bytes = numbers.of(DType.BF16, 0.02, 300_000);

      assertThat(bytes.mismatch(others.of(DType.BF16, 0.02, 300_000))).isEqualTo(-1);
      assertThat(bytes.asSlice(0, 512).mismatch(bytes.asSlice(262_144, 512))).isNotEqualTo(-1);
    }
  }

  @Test
  void a_file_of_random_numbers_is_used_in_turn() {
    try (RandomNumbers numbers = new RandomNumbers(RandomNumbers.Keeping.IN_ONE_FILE)) {
      MemorySegment all = numbers.of(DType.F32, 1, 1000);
      MemorySegment first = numbers.of(DType.F32, 1, 600);
      MemorySegment second = numbers.of(DType.F32, 1, 400);

      assertThat(first.mismatch(all.asSlice(0, 2400))).isEqualTo(-1);
      assertThat(second.mismatch(all.asSlice(2400, 1600))).isEqualTo(-1);
    }
  }

  @Test
  void a_backend_counts_what_was_loaded_into_it() {
    try (RandomBackend backend = RandomBackend.cpu(1)) {
      backend.prepare(DType.BF16, 64);
      Weight weight = backend.weight(3, 32, DType.BF16);
      Weight ones = backend.ones(8);

      assertThat(weight.rows()).isEqualTo(3);
      assertThat(ones.cols()).isEqualTo(8);
      assertThat(backend.loadedBytes()).isEqualTo(3 * 32 * 2 + 8 * 4);
    }
  }
}
