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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The emulator notices what the kernels of its self-test lack when something is taken away. */
class MutatedKernelsTest {
  private static final int SCHEDULES = 6;

  private final MutatedKernels kernels;

  MutatedKernelsTest() {
    assumeTrue(Emulator.obstacle().isEmpty(), () -> Emulator.obstacle().orElse(""));
    List<Mutation> bugs = new ArrayList<>(Mutation.removals("common.cuh", Mutation.BARRIER));
    bugs.addAll(Mutation.removals("selftest.cu", Mutation.WAIT));
    bugs.addAll(Mutation.weakWaits("selftest.cu"));
    kernels = MutatedKernels.compile("selftest.cu", bugs);
  }

  @AfterEach
  void close() {
    kernels.close();
  }

  @Test
  void without_a_bug_every_schedule_is_right() {
    assertThat(wrongSums()).isZero();
    assertThat(wrongProducts()).isZero();
  }

  @Test
  void a_reduction_without_its_barrier_is_wrong() {
    kernels.plant(Mutation.removals("common.cuh", Mutation.BARRIER).getLast());

    assertThat(wrongSums()).isPositive();
  }

  @Test
  void copies_that_nobody_waits_for_are_noticed_in_every_schedule() {
    kernels.plant(Mutation.removals("selftest.cu", Mutation.WAIT).getFirst());

    assertThat(wrongProducts()).isEqualTo(SCHEDULES);
  }

  @Test
  void a_wait_for_all_groups_but_one_is_noticed_too() {
    kernels.plant(Mutation.weakWaits("selftest.cu").getFirst());

    assertThat(wrongProducts()).isEqualTo(SCHEDULES);
  }

  @Test
  void a_bug_says_where_it_is() {
    assertThat(Mutation.removals("selftest.cu", Mutation.WAIT).getFirst())
        .asString()
        .matches("selftest.cu:\\d+ without 'cp_async_wait<0>\\(\\);'");
    assertThat(Mutation.weakWaits("selftest.cu").getFirst())
        .asString()
        .matches("selftest.cu:\\d+ with 'cp_async_wait<\\(0\\) \\+ 1>\\(\\);' for .*");
  }

  @Test
  void a_bug_that_was_not_compiled_is_refused() {
    Mutation other = Mutation.removals("rope.cu", Mutation.BARRIER).getFirst();

    assertThatThrownBy(() -> kernels.plant(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("compiled without rope.cu:");
  }

  @Test
  void a_text_to_replace_is_there_once() {
    assertThatThrownBy(() -> Mutation.replacing("attention.cu", "__syncthreads", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("attention.cu does not have '__syncthreads' exactly once");
  }

  /** How many schedules gave a wrong sum. */
  private int wrongSums() {
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

  /** How many schedules gave a message or a wrong product, of ones and ones. */
  private int wrongProducts() {
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
        boolean right = kernels.run("emulator_mma", shape, args, schedule).isEmpty();
        for (int i = 0; i < 128; i++) {
          right &= out.getAtIndex(JAVA_FLOAT, i) == 16f;
        }
        wrong += right ? 0 : 1;
      }
    }
    return wrong;
  }
}
