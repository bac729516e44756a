package io.diffucoder.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.RandomKey;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorBackendProvider;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import io.diffucoder.tck.Matrix;
import io.diffucoder.tck.OpCases;
import io.diffucoder.tck.Workbench;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is this backend's own: memory, threads, choice. */
class OnednnBackendTest {
  private static final int IN = 1031;
  private static final int OUT = 301;
  private static final Matrix X = OpCases.normal(131, IN, 1, 1);
  private static final Matrix WEIGHT = OpCases.normal(OUT, IN, 1, 2);

  @Test
  void it_is_found_above_the_cpu_backend_and_below_the_gpu() {
    TensorBackendProvider provider =
        ServiceLoader.load(TensorBackendProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(found -> found.name().equals("onednn"))
            .findFirst()
            .orElseThrow();

    assertThat(provider.priority()).isBetween(1, 99);
  }

  @Test
  void the_probe_and_the_opening_give_the_same_reason() {
    OnednnBackendProvider provider = new OnednnBackendProvider();
    Optional<String> obstacle = Machine.here().obstacle(Optional.empty());

    if (obstacle.isPresent()) {
      assertThat(provider.probe())
          .isEqualTo(new Availability.Unavailable(obstacle.orElseThrow(), null));
      assertThatThrownBy(() -> provider.open(BackendOptions.DEFAULTS))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageContaining(obstacle.orElseThrow());
    } else {
      assertThat(provider.probe()).isInstanceOf(Availability.Available.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "INT8"})
  void a_row_has_the_same_bits_for_any_number_of_threads_and_rows(Arithmetic arithmetic) {
    float[] expected = linear(arithmetic, 1, X.rows());
    for (int threads : new int[] {2, 3}) {
      for (int rows : new int[] {1, 2, 9, 33, 97, 131}) {
        assertThat(linear(arithmetic, threads, rows))
            .as("%d threads, %d rows", threads, rows)
            .isEqualTo(Arrays.copyOf(expected, rows * OUT));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "INT8"})
  void scores_of_more_rows_than_have_logits_at_once_are_those_of_their_logits(
      Arithmetic arithmetic) {
    ScoreSpec spec =
        new ScoreSpec(
            new TokenFilter(0.7f, 0.9f, 50),
            ScoreSpec.Measured.FILTERED,
            TokenSet.of(3, 17),
            new RandomKey(42, 1));
    int[] positions = IntStream.range(0, X.rows()).toArray();
    try (Workbench bench = bench(arithmetic, 2)) {
      Tensor logits = bench.out(X.rows(), OUT);
      Weight head = bench.weight(WEIGHT);
      bench.ops().linear(bench.tensor(X), head, null, logits);
      Scores expected = bench.ops().score(logits, positions, spec);

      Scores scores = bench.ops().lmHeadScore(bench.tensor(X), head, positions, spec);

      assertThat(scores).usingRecursiveComparison().isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "INT8"})
  void a_weight_takes_one_packed_copy_once_it_is_multiplied_by(Arithmetic arithmetic) {
    try (Workbench bench = bench(arithmetic, 2)) {
      Weight weight = bench.weight(OpCases.normal(256, 512, 1, 1));
      Tensor x = bench.tensor(OpCases.normal(3, 512, 1, 2));
      Tensor out = bench.out(3, 256);
      bench.ops().embed(weight, bench.indices(0, 1, 2), bench.out(3, 512));

      assertThat(weight.allocatedBytes()).isZero();
      for (int i = 0; i < 2; i++) {
        bench.ops().linear(x, weight, null, out);

        long scales = arithmetic == Arithmetic.INT8 ? 8 * 256 : 0;
        assertThat(weight.allocatedBytes()).isEqualTo(256L * 512 * arithmetic.bytes() + scales);
      }
    }
  }

  @Test
  void a_mapped_file_is_let_go_once_it_is_packed_and_can_still_be_looked_up(@TempDir Path directory)
      throws IOException {
    int size = 2048;
    Path file = directory.resolve("weight");
    try (Arena arena = Arena.ofShared();
        FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      long bytes = 4L * size * size; // 16 MiB
      MemorySegment written = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      for (long i = 0; i < (long) size * size; i++) {
        written.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
      }
      written.force();
      written.unload();
      MemorySegment map = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
      try (Workbench bench = bench(Arithmetic.F32, 2)) {
        WeightSource source = new WeightSource("ones", size, size, DType.F32, map);
        Weight weight = bench.backend().loadWeight(source, WeightFormat.AS_STORED);
        Tensor x = bench.tensor(Matrix.filled(1, size, 2));
        Tensor out = bench.out(1, size);
        long before = residentFileBytes();

        bench.ops().linear(x, weight, null, out);

        assertThat(residentFileBytes() - before).isLessThan(bytes / 2);
        assertThat(bench.read(out)).isEqualTo(Matrix.filled(1, size, 2 * size));
        bench.ops().embed(weight, bench.indices(size - 1), out);
        assertThat(bench.read(out)).isEqualTo(Matrix.filled(1, size, 1));
      }
    }
  }

  private static long residentFileBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("RssFile"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  @Test
  void threads_that_need_a_weight_first_at_the_same_time_share_one_packed_copy() throws Exception {
    try (Workbench bench = bench(Arithmetic.F32, 2);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Weight weight = bench.weight(WEIGHT);
      List<Future<Matrix>> results = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        results.add(
            threads.submit(() -> {
              try (Workbench sibling = bench.sibling()) {
                Tensor out = sibling.out(X.rows(), OUT);
                sibling.ops().linear(sibling.tensor(X), weight, null, out);
                return sibling.read(out);
              }
            }));
      }

      for (Future<Matrix> result : results) {
        assertThat(result.get()).isEqualTo(results.getFirst().get());
      }
      assertThat(weight.allocatedBytes()).isBetween(4L * OUT * IN, 5L * OUT * IN);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "INT8"})
  void what_is_not_finite_shows_and_stays_in_its_row(Arithmetic arithmetic) {
    try (Workbench bench = bench(arithmetic, 1)) {
      Matrix x = Matrix.of(3, 2, Float.NaN, 1, Float.POSITIVE_INFINITY, 1, 2, 2);
      Tensor out = bench.out(3, 1);

      bench.ops().linear(bench.tensor(x), bench.weight(Matrix.row(1, 1)), null, out);

      float[] values = bench.read(out).values();
      assertThat(Float.isFinite(values[0]) || Float.isFinite(values[1])).isFalse();
      assertThat(values[2]).isCloseTo(4, within(1e-5f));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "INT8"})
  void more_numbers_of_rows_than_products_are_kept_for_give_the_same_bits(Arithmetic arithmetic) {
    try (Workbench bench = bench(arithmetic, 2)) {
      Tensor x = bench.tensor(OpCases.normal(530, 70, 1, 1));
      Weight weight = bench.weight(OpCases.normal(140, 70, 1, 2)); // slices of two sizes
      Tensor out = bench.out(530, 140);
      bench.ops().linear(x, weight, null, out);
      float[] expected = bench.read(out).values();

      for (int rows = 530; rows > 0; rows -= 3) {
        Tensor some = bench.ops().allocate(rows, 140);
        bench.ops().linear(x.firstRows(rows), weight, null, some);

        assertThat(bench.read(some).values()).isEqualTo(Arrays.copyOf(expected, rows * 140));
      }
    }
  }

  @Test
  void int8_refuses_rows_whose_sums_do_not_fit() {
    try (Workbench bench = bench(Arithmetic.INT8, 1)) {
      int cols = (1 << 16) + 1;
      Tensor x = bench.ops().allocate(1, cols);
      Weight weight = bench.weight(Matrix.filled(1, cols, 1));

      assertThatThrownBy(() -> bench.ops().linear(x, weight, null, bench.out(1, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("linear: int8 takes rows of up to 65536 numbers");
    }
  }

  @Test
  void bfloat16_is_refused_where_the_library_would_emulate_it() {
    assumeThat(Machine.here().obstacle(Optional.of(Arithmetic.BF16)))
        .as("this processor multiplies bfloat16")
        .isPresent();

    assertThatThrownBy(() -> OnednnBackendProvider.open(Arithmetic.BF16, BackendOptions.DEFAULTS))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("onednn: unavailable, oneDNN uses no bfloat16 instructions here");
  }

  @Test
  void what_the_library_cannot_do_is_an_error_with_its_words() {
    int avx512 = 0x27; // from there on it emulates what the processor lacks
    OnednnBackendProvider.open(Arithmetic.F32, BackendOptions.DEFAULTS).close();
    assumeThat(Dnnl.instructionSets() & avx512)
        .as("instruction sets with which oneDNN has bfloat16 products")
        .isNotEqualTo(avx512);
    MemorySegment engine = Dnnl.engine();

    assertThatThrownBy(() -> new Products(engine, Arithmetic.BF16).packing(Shape.of(1, 64, 64)))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("dnnl_matmul_primitive_desc_create fails with status 3")
        .hasMessageContaining("unimplemented");
    Dnnl.destroy(Dnnl.Kind.ENGINE, engine);
  }

  @Test
  void its_name_is_in_what_it_says() {
    try (TensorBackend backend =
        OnednnBackendProvider.open(Arithmetic.F32, new BackendOptions(2))) {
      assertThat(backend.info().name()).isEqualTo("onednn");
      assertThat(backend.info().device()).contains("2 threads, f32 products by oneDNN");
      TensorOps ops = backend.newOps();
      assertThatThrownBy(backend::close).hasMessageContaining("onednn backend still has 1 open");
      ops.close();
      assertThatCode(backend::close).doesNotThrowAnyException();
    }
  }

  @Test
  void the_library_starts_no_threads() throws IOException {
    try (Workbench bench = bench(Arithmetic.INT8, 1)) {
      Tensor x = bench.tensor(OpCases.normal(160, 512, 1, 1));
      Weight weight = bench.weight(OpCases.normal(512, 512, 1, 2));
      Tensor out = bench.out(160, 512);
      bench.ops().linear(x, weight, null, out);
      long before = tasks();

      for (int i = 0; i < 20; i++) {
        bench.ops().linear(x, weight, null, out);
      }

      assertThat(tasks()).isLessThanOrEqualTo(before + 2); // the JVM's compilers come and go
    }
  }

  private static long tasks() throws IOException {
    try (var tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.count();
    }
  }

  private static float[] linear(Arithmetic arithmetic, int threads, int rows) {
    try (Workbench bench = bench(arithmetic, threads)) {
      Tensor out = bench.out(rows, OUT);
      Weight bias = bench.weight(OpCases.normal(1, OUT, 1, 3));
      bench.ops().linear(bench.tensor(X).firstRows(rows), bench.weight(WEIGHT), bias, out);
      return bench.read(out).values();
    }
  }

  private static Workbench bench(Arithmetic arithmetic, int threads) {
    return Workbench.on(OnednnBackendProvider.open(arithmetic, new BackendOptions(threads)));
  }
}
