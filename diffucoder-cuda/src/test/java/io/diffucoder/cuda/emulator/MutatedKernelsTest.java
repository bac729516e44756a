package io.diffucoder.cuda.emulator;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The emulator notices what the kernels of its self-test lack when something is taken away. */
class MutatedKernelsTest {
  private static final int SCHEDULES = 6;

  MutatedKernelsTest() {
    assumeTrue(Emulator.obstacle().isEmpty(), () -> Emulator.obstacle().orElse(""));
  }

  @Test
  void without_a_bug_every_schedule_is_right() {
    try (MutatedKernels kernels =
        MutatedKernels.compile("selftest.cu", Mutation.none("selftest.cu"))) {
      assertThat(wrongSums(kernels)).isZero();
      assertThat(wrongProducts(kernels)).isZero();
    }
  }

  @Test
  void a_reduction_without_its_barrier_is_wrong() {
    List<Mutation> removals = Mutation.removals("common.cuh", Mutation.BARRIER);
    assertThat(removals).hasSize(2);

    // The other one keeps an earlier reduction, of which this kernel has none.
    try (MutatedKernels kernels = MutatedKernels.compile("selftest.cu", removals.getLast())) {
      assertThat(wrongSums(kernels)).isPositive();
    }
  }

  @Test
  void copies_that_nobody_waits_for_are_wrong() {
    Mutation removal = Mutation.removals("selftest.cu", Mutation.WAIT).getFirst();
    assertThat(removal).asString().matches("selftest.cu:\\d+ without 'cp_async_wait<0>\\(\\);'");

    try (MutatedKernels kernels = MutatedKernels.compile("selftest.cu", removal)) {
      assertThat(wrongProducts(kernels)).isPositive();
    }
  }

  @Test
  void a_text_to_replace_is_there_once() {
    assertThatThrownBy(() -> Mutation.replacing("common.cuh", "__syncthreads", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("common.cuh does not have '__syncthreads' exactly once");
  }

  /** How many schedules gave a wrong sum. */
  private static int wrongSums(MutatedKernels kernels) {
    int n = 1000;
    MemorySegment x = kernels.allocate(4L * n);
    MemorySegment out = kernels.allocate(4);
    float expected = 0;
    for (int i = 0; i < n; i++) {
      x.setAtIndex(JAVA_FLOAT, i, i % 7);
      expected += i % 7;
    }
    int wrong = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment args = arena.allocate(24, 8);
      args.set(JAVA_LONG, 0, x.address());
      args.set(JAVA_LONG, 8, out.address());
      args.set(JAVA_INT, 16, n);
      MutatedKernels.Shape shape = new MutatedKernels.Shape(1, 1, 1, 256, 128);
      for (int schedule = 0; schedule < SCHEDULES; schedule++) {
        assertThat(kernels.run("emulator_sum", shape, args, schedule)).isEmpty();
        wrong += out.get(JAVA_FLOAT, 0) == expected ? 0 : 1;
      }
    }
    return wrong;
  }

  /** How many schedules gave a wrong product, of ones and ones. */
  private static int wrongProducts(MutatedKernels kernels) {
    short one = 0x3f80;
    MemorySegment x = kernels.allocate(512);
    MemorySegment w = kernels.allocate(256);
    MemorySegment out = kernels.allocate(512);
    for (int i = 0; i < 256; i++) {
      x.setAtIndex(JAVA_SHORT, i, one);
      w.setAtIndex(JAVA_SHORT, i / 2, one);
    }
    int wrong = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment args = arena.allocate(24, 8);
      args.set(JAVA_LONG, 0, x.address());
      args.set(JAVA_LONG, 8, w.address());
      args.set(JAVA_LONG, 16, out.address());
      MutatedKernels.Shape shape = new MutatedKernels.Shape(1, 1, 1, 32, 1024);
      for (int schedule = 0; schedule < SCHEDULES; schedule++) {
        assertThat(kernels.run("emulator_mma", shape, args, schedule)).isEmpty();
        boolean right = true;
        for (int i = 0; i < 128; i++) {
          right &= out.getAtIndex(JAVA_FLOAT, i) == 16f;
        }
        wrong += right ? 0 : 1;
      }
    }
    return wrong;
  }
}
