package io.diffucoder.cuda.emulator;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The emulated cuBLASLt, asked as a backend asks: y (R, N) = x (R, K) · wT with w (N, K), all of
 * them row after row, which is column after column yT = w · xT.
 */
class EmulatedBlasTest {
  private static final int ROWS = 5;
  private static final int COLUMNS = 24;
  private static final int DEPTH = 512;
  private static final int BF16 = 14;
  private static final int F32 = 0;
  private static final int ALGO_BYTES = 64;
  private static final int RESULT_BYTES = 96;
  private static final long WORKSPACE_BYTES = 1L << 23;

  private final Arena arena = Arena.ofConfined();
  private Emulator emulator;
  private Driver driver;
  private Driver blas;
  private MemorySegment stream = MemorySegment.NULL;
  private MemorySegment handle = MemorySegment.NULL;
  private MemorySegment desc = MemorySegment.NULL;
  private MemorySegment wLayout = MemorySegment.NULL;
  private MemorySegment xLayout = MemorySegment.NULL;
  private MemorySegment yLayout = MemorySegment.NULL;
  private long workspace;
  private final float[] x = new float[ROWS * DEPTH];
  private final float[] w = new float[COLUMNS * DEPTH];

  EmulatedBlasTest() {
    assumeTrue(Emulator.obstacle().isEmpty(), () -> Emulator.obstacle().orElse(""));
    emulator = Emulator.load();
    driver = new Driver(arena, "libcuda.so.1");
    blas = new Driver(arena, "libcublasLt.so.13");
  }

  @BeforeEach
  void open() {
    emulator.reset();
    driver.openContext();
    stream = driver.create("cuStreamCreate", 1);
    workspace = driver.allocate(WORKSPACE_BYTES);
    MemorySegment answer = arena.allocate(ADDRESS);
    blas.ok("cublasLtCreate", answer);
    handle = answer.get(ADDRESS, 0);
    blas.ok("cublasLtMatmulDescCreate", answer, 68, F32);
    desc = answer.get(ADDRESS, 0);
    blas.ok("cublasLtMatmulDescSetAttribute", desc, 3, arena.allocateFrom(JAVA_INT, 1), 4L);
    wLayout = layout(BF16, DEPTH, COLUMNS, DEPTH);
    xLayout = layout(BF16, DEPTH, ROWS, DEPTH);
    yLayout = layout(F32, COLUMNS, ROWS, COLUMNS);
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < x.length; i++) {
      x[i] = bf16((float) random.nextDouble(-1, 1));
    }
    for (int i = 0; i < w.length; i++) {
      w[i] = bf16((float) random.nextDouble(-1, 1));
    }
  }

  @AfterEach
  void close() {
    emulator.reset();
    arena.close();
  }

  @Test
  void an_algorithm_sums_in_ascending_order_and_one_that_does_not_split_k_still_differs() {
    List<MemorySegment> algos = algos(0);

    List<List<Float>> results = algos.stream().map(this::multiply).toList();

    assertThat(results).contains(ascending());
    assertThat(results).anyMatch(result -> !result.equals(ascending()));
    assertThat(algos).allMatch(algo -> attribute(algo, 2) == 1);
    for (List<Float> result : results) {
      for (int i = 0; i < result.size(); i++) {
        assertThat((double) result.get(i)).isCloseTo(ascending().get(i), offset(1e-4));
      }
    }
  }

  @Test
  void an_algorithm_that_splits_k_is_offered_to_those_who_allow_it() {
    assertThat(algos(7)).anyMatch(algo -> attribute(algo, 2) == 2);
  }

  @Test
  void a_product_happens_when_its_stream_is_waited_for_and_is_captured_into_a_graph() {
    MemorySegment algo = algos(0).getFirst();
    long y = driver.allocate(4L * ROWS * COLUMNS);
    long xs = device(x);
    long ws = device(w);

    driver.ok("cuStreamBeginCapture_v2", stream, 1);
    matmul(algo, xs, ws, y);
    MemorySegment exec = driver.instantiate(driver.out("cuStreamEndCapture", stream));
    driver.ok("cuMemsetD8Async", y, 0, 4L * ROWS * COLUMNS, stream);
    driver.ok("cuStreamSynchronize", stream);
    assertThat(host(y)).containsOnly(0f);
    driver.ok("cuGraphLaunch", exec, stream);
    driver.ok("cuStreamSynchronize", stream);

    assertThat(host(y)).isEqualTo(multiply(algo));
  }

  private List<MemorySegment> algos(int reductionSchemes) {
    MemorySegment answer = arena.allocate(ADDRESS);
    blas.ok("cublasLtMatmulPreferenceCreate", answer);
    MemorySegment preference = answer.get(ADDRESS, 0);
    MemorySegment bytes = arena.allocateFrom(JAVA_LONG, WORKSPACE_BYTES);
    MemorySegment schemes = arena.allocateFrom(JAVA_INT, reductionSchemes);
    blas.ok("cublasLtMatmulPreferenceSetAttribute", preference, 1, bytes, 8L);
    blas.ok("cublasLtMatmulPreferenceSetAttribute", preference, 3, schemes, 4L);
    MemorySegment results = arena.allocate(8 * RESULT_BYTES, 8);
    MemorySegment found = arena.allocate(JAVA_INT);
    blas.ok(
        "cublasLtMatmulAlgoGetHeuristic",
        handle,
        desc,
        wLayout,
        xLayout,
        yLayout,
        yLayout,
        preference,
        8,
        results,
        found);
    List<MemorySegment> algos = new ArrayList<>();
    for (int i = 0; i < found.get(JAVA_INT, 0); i++) {
      algos.add(results.asSlice((long) i * RESULT_BYTES, ALGO_BYTES));
    }
    return algos;
  }

  private int attribute(MemorySegment algo, int attribute) {
    MemorySegment value = arena.allocate(JAVA_INT);
    MemorySegment none = MemorySegment.NULL;
    blas.ok("cublasLtMatmulAlgoConfigGetAttribute", algo, attribute, value, 4L, none);
    return value.get(JAVA_INT, 0);
  }

  private List<Float> multiply(MemorySegment algo) {
    long y = driver.allocate(4L * ROWS * COLUMNS);
    matmul(algo, device(x), device(w), y);
    driver.ok("cuStreamSynchronize", stream);
    return host(y);
  }

  private void matmul(MemorySegment algo, long xs, long ws, long y) {
    blas.ok(
        "cublasLtMatmul",
        handle,
        desc,
        arena.allocateFrom(JAVA_FLOAT, 1f),
        ws,
        wLayout,
        xs,
        xLayout,
        arena.allocateFrom(JAVA_FLOAT, 0f),
        y,
        yLayout,
        y,
        yLayout,
        algo,
        workspace,
        WORKSPACE_BYTES,
        stream);
  }

  private List<Float> ascending() {
    List<Float> result = new ArrayList<>();
    for (int r = 0; r < ROWS; r++) {
      for (int n = 0; n < COLUMNS; n++) {
        float sum = 0;
        for (int k = 0; k < DEPTH; k++) {
          sum += x[r * DEPTH + k] * w[n * DEPTH + k];
        }
        result.add(sum);
      }
    }
    return result;
  }

  private MemorySegment layout(int type, long rows, long columns, long pitch) {
    MemorySegment answer = arena.allocate(ADDRESS);
    blas.ok("cublasLtMatrixLayoutCreate", answer, type, rows, columns, pitch);
    return answer.get(ADDRESS, 0);
  }

  private long device(float[] numbers) {
    long bytes = 2L * numbers.length;
    MemorySegment host = arena.allocate(bytes, 16);
    for (int i = 0; i < numbers.length; i++) {
      host.setAtIndex(JAVA_SHORT, i, (short) (Float.floatToRawIntBits(numbers[i]) >>> 16));
    }
    long address = driver.allocate(bytes);
    driver.ok("cuMemcpyHtoD_v2", address, host, bytes);
    return address;
  }

  private List<Float> host(long y) {
    MemorySegment host = arena.allocate(4L * ROWS * COLUMNS, 16);
    driver.ok("cuMemcpyDtoH_v2", host, y, host.byteSize());
    List<Float> numbers = new ArrayList<>();
    for (int i = 0; i < ROWS * COLUMNS; i++) {
      numbers.add(host.getAtIndex(JAVA_FLOAT, i));
    }
    return numbers;
  }

  private static float bf16(float number) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(number) & 0xffff0000);
  }
}
