package io.diffucoder.cuda.emulator;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The emulated driver does what the real one promises, and no more than that. */
class EmulatedDriverTest {
  private static final int NON_BLOCKING = 1;

  private final Arena arena = Arena.ofConfined();
  private Emulator emulator;
  private Driver driver;
  private MemorySegment stream;

  EmulatedDriverTest() {
    assumeTrue(Emulator.obstacle().isEmpty(), () -> Emulator.obstacle().orElse(""));
    emulator = Emulator.load();
    driver = new Driver(arena, "libcuda.so.1");
    stream = MemorySegment.NULL;
  }

  @BeforeEach
  void open() {
    emulator.reset();
    driver.openContext();
    stream = driver.create("cuStreamCreate", NON_BLOCKING);
  }

  @AfterEach
  void close() {
    emulator.reset();
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void a_kernel_runs_when_it_is_waited_for(int schedule) {
    emulator.configure("schedule", schedule);
    MemorySegment pinned = driver.pinned(4000);
    for (int i = 0; i < 1000; i++) {
      pinned.setAtIndex(JAVA_FLOAT, i, i % 7);
    }
    long x = driver.allocate(4000);
    long out = driver.allocate(8);

    driver.ok("cuMemcpyHtoDAsync_v2", x, pinned, 4000L, stream);
    driver.launch("emulator_sum", 2, 256, 128, stream, sumArgs(x, out, 500));
    driver.ok("cuMemcpyDtoHAsync_v2", pinned, out, 8L, stream);

    assertThat(pinned.getAtIndex(JAVA_FLOAT, 1)).isEqualTo(1);
    driver.ok("cuStreamSynchronize", stream);
    assertThat(pinned.getAtIndex(JAVA_FLOAT, 0)).isEqualTo(sum(0, 500));
    assertThat(pinned.getAtIndex(JAVA_FLOAT, 1)).isEqualTo(sum(500, 1000));
  }

  @Test
  void a_graph_is_what_the_stream_was_given_and_runs_at_each_launch() {
    long x = driver.allocate(40);
    driver.ok("cuMemsetD8Async", x, 0, 40L, stream);

    driver.ok("cuStreamBeginCapture_v2", stream, 1);
    driver.launch("emulator_add", 1, 32, 0, stream, addArgs(x, 1.5f, 10));
    driver.launch("emulator_add", 1, 32, 0, stream, addArgs(x, 2f, 10));
    MemorySegment graph = driver.out("cuStreamEndCapture", stream);
    MemorySegment exec = driver.instantiate(graph);
    driver.ok("cuGraphDestroy", graph);
    driver.ok("cuGraphLaunch", exec, stream);
    driver.ok("cuGraphLaunch", exec, stream);
    MemorySegment host = driver.pinned(40);
    driver.ok("cuMemcpyDtoHAsync_v2", host, x, 40L, stream);
    driver.ok("cuStreamSynchronize", stream);

    assertThat(host.getAtIndex(JAVA_FLOAT, 9)).isEqualTo(7f);
    assertThat(emulator.counter("graphLaunches")).isEqualTo(2);
    assertThat(emulator.counter("kernels")).isEqualTo(4);
    assertThat(emulator.counter("graphExecs")).isEqualTo(1);
  }

  @Test
  void a_call_that_waits_spoils_a_capture() {
    driver.ok("cuStreamBeginCapture_v2", stream, 1);

    assertThat(driver.call("cuStreamSynchronize", stream)).isEqualTo(900);
    assertThat(driver.call("cuMemAlloc_v2", arena.allocate(JAVA_LONG), 16L)).isEqualTo(900);
    assertThat(driver.call("cuStreamEndCapture", stream, arena.allocate(ADDRESS))).isEqualTo(901);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void an_event_orders_two_streams(int schedule) {
    emulator.configure("schedule", schedule);
    MemorySegment second = driver.create("cuStreamCreate", NON_BLOCKING);
    MemorySegment event = driver.create("cuEventCreate", 2);
    long x = driver.allocate(4);
    MemorySegment host = driver.pinned(4);

    driver.ok("cuMemsetD8Async", x, 0, 4L, second);
    driver.launch("emulator_add", 1, 32, 0, second, addArgs(x, 3f, 1));
    driver.ok("cuEventRecord", event, second);
    driver.ok("cuStreamWaitEvent", stream, event, 0);
    driver.ok("cuMemcpyDtoHAsync_v2", host, x, 4L, stream);
    driver.ok("cuStreamSynchronize", stream);

    assertThat(host.get(JAVA_FLOAT, 0)).isEqualTo(3f);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 'was reached by 32 of 64 threads, the others have returned'",
    "1, wait at different barriers",
    "2, lanes 7fffffff of ffffffff are at mma",
    "3, an access outside of memory",
    "4, an access outside of memory",
    "5, ldmatrix of a row that is not aligned to 16 bytes",
    "6, ldmatrix of a row outside the block's shared memory",
    "7, cp_async16 from outside of memory",
    "8, cp_async16 from an address not aligned to 16 bytes",
    "9, whose mask 00000002 lacks it",
    "10, no thread can go on",
    "11, returned while copies of cp_async16 may be under way",
    "12, a division of integers by zero",
    "13, an access outside of memory",
  })
  void a_wrong_kernel_breaks_the_context_and_says_where(int what, String message) {
    assumeTrue(
        what != 12 || System.getProperty("os.arch").equals("amd64"),
        "this processor divides by zero without a fault");
    long x = driver.allocate(256);
    for (int schedule = 0; schedule < 6; schedule++) {
      emulator.configure("schedule", schedule);

      driver.launch("emulator_wrong", 1, 64, 128, stream, wrongArgs(x, what));
      int code = driver.call("cuStreamSynchronize", stream);

      assertThat(code).isEqualTo(719);
      assertThat(emulator.lastMessage()).contains(message, "emulator_wrong", "block (0, 0, 0)");
      assertThat(driver.call("cuStreamSynchronize", stream)).isEqualTo(719);
      emulator.reset();
      driver.openContext();
      stream = driver.create("cuStreamCreate", NON_BLOCKING);
      x = driver.allocate(256);
    }
  }

  @Test
  void what_the_driver_refuses() {
    long x = driver.allocate(16);
    MemorySegment host = driver.pinned(32);

    assertThat(driver.call("cuMemcpyHtoDAsync_v2", x, host, 17L, stream)).isEqualTo(1);
    assertThat(driver.call("cuMemcpyHtoDAsync_v2", x, host, 16L, host)).isEqualTo(400);
    assertThat(driver.call("cuMemFree_v2", x + 1)).isEqualTo(1);
    assertThat(driver.call("cuStreamDestroy_v2", stream)).isZero();
    assertThat(driver.call("cuStreamDestroy_v2", stream)).isEqualTo(400);
    assertThat(driver.call("cuCtxSetCurrent", MemorySegment.NULL)).isZero();
    assertThat(driver.call("cuMemFree_v2", x)).isEqualTo(201);
  }

  @Test
  void memory_ends_and_fails_when_told() {
    emulator.configure("memoryBytes", 1000);
    MemorySegment answer = arena.allocate(JAVA_LONG);

    assertThat(driver.call("cuMemAlloc_v2", answer, 1001L)).isEqualTo(2);
    emulator.configure("failAlloc", 2);
    assertThat(driver.call("cuMemAlloc_v2", answer, 10L)).isZero();
    assertThat(driver.call("cuMemAlloc_v2", answer, 10L)).isEqualTo(2);
    assertThat(emulator.counter("deviceAllocations")).isEqualTo(1);
    assertThat(emulator.counter("deviceBytes")).isEqualTo(10);
  }

  @Test
  void a_copy_from_memory_that_is_gone_is_told() {
    long x = driver.allocate(64);

    driver.ok("cuMemcpyHtoDAsync_v2", x, MemorySegment.ofAddress(4096), 64L, stream);

    assertThat(driver.call("cuStreamSynchronize", stream)).isEqualTo(719);
    assertThat(emulator.lastMessage()).contains("memory of the host that was freed");
    assertThat(emulator.counter("pageableCopies")).isEqualTo(1);
  }

  @Test
  void a_name_that_does_not_exist_is_told() {
    assertThatThrownBy(() -> emulator.configure("x", 1)).hasMessage("no setting 'x'");
    assertThatThrownBy(() -> emulator.counter("x")).hasMessage("no counter 'x'");
  }

  private static float sum(int first, int end) {
    float sum = 0;
    for (int i = first; i < end; i++) {
      sum += i % 7;
    }
    return sum;
  }

  private MemorySegment sumArgs(long x, long out, int n) {
    MemorySegment args = arena.allocate(24, 8);
    args.set(JAVA_LONG, 0, x);
    args.set(JAVA_LONG, 8, out);
    args.set(JAVA_INT, 16, n);
    return args;
  }

  private MemorySegment addArgs(long x, float by, int n) {
    MemorySegment args = arena.allocate(16, 8);
    args.set(JAVA_LONG, 0, x);
    args.set(ValueLayout.JAVA_FLOAT, 8, by);
    args.set(JAVA_INT, 12, n);
    return args;
  }

  private MemorySegment wrongArgs(long x, int what) {
    MemorySegment args = arena.allocate(16, 8);
    args.set(JAVA_LONG, 0, x);
    args.set(JAVA_INT, 8, what);
    return args;
  }
}
