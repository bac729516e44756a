package io.diffucoder.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.cpu.kernel.Scratch;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPoolTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void every_index_is_worked_on_once(int threads) {
    try (WorkerPool pool = new WorkerPool(threads)) {
      for (int count : new int[] {0, 1, 2, 31, 1000}) {
        for (int grain : new int[] {1, 3, 2000}) {
          AtomicIntegerArray visits = new AtomicIntegerArray(Math.max(1, count));

          pool.run(count, grain, (from, to, own) -> visit(visits, from, to), new Scratch());

          for (int i = 0; i < count; i++) {
            assertThat(visits.get(i)).isEqualTo(1);
          }
        }
      }
    }
  }

  @Test
  void threads_get_as_many_pieces_of_about_one_size() {
    Set<Integer> ends = ConcurrentHashMap.newKeySet();
    try (WorkerPool pool = new WorkerPool(2)) {
      // three pieces of at most four would keep one of the threads waiting
      pool.run(9, 4, (from, to, own) -> ends.add(to), new Scratch());
    }

    assertThat(ends).containsExactlyInAnyOrder(2, 4, 6, 9);
  }

  @Test
  void several_callers_share_the_threads() throws Exception {
    AtomicIntegerArray visits = new AtomicIntegerArray(257);
    try (WorkerPool pool = new WorkerPool(3)) {
      Thread[] callers = new Thread[4];
      for (int caller = 0; caller < callers.length; caller++) {
        callers[caller] =
            Thread.ofPlatform()
                .start(() -> {
                  for (int i = 0; i < 100; i++) {
                    pool.run(257, 2, (from, to, own) -> visit(visits, from, to), new Scratch());
                  }
                });
      }
      for (Thread caller : callers) {
        caller.join();
      }
    }

    for (int i = 0; i < 257; i++) {
      assertThat(visits.get(i)).isEqualTo(400);
    }
  }

  @Test
  void what_a_task_throws_reaches_the_caller_and_the_pool_lives_on() {
    try (WorkerPool pool = new WorkerPool(2)) {
      for (int failing : new int[] {0, 63}) {
        assertThatThrownBy(() ->
                pool.run(
                    64,
                    1,
                    (from, to, own) -> {
                      if (from == failing) {
                        throw new ArithmeticException("piece " + from);
                      }
                    },
                    new Scratch()))
            .isInstanceOf(ArithmeticException.class)
            .hasMessage("piece " + failing);
      }
      AtomicIntegerArray visits = new AtomicIntegerArray(64);
      pool.run(64, 1, (from, to, own) -> visit(visits, from, to), new Scratch());
      assertThat(visits.get(63)).isEqualTo(1);
    }
  }

  @Test
  void an_interrupted_caller_finishes_and_stays_interrupted() {
    try (WorkerPool pool = new WorkerPool(2)) {
      AtomicIntegerArray visits = new AtomicIntegerArray(500);
      Thread.currentThread().interrupt();

      pool.run(500, 1, (from, to, own) -> visit(visits, from, to), new Scratch());

      assertThat(Thread.interrupted()).isTrue();
      assertThat(visits.get(499)).isEqualTo(1);
    }
  }

  @Test
  void its_threads_end_when_it_is_closed() {
    WorkerPool pool = new WorkerPool(4);
    pool.run(64, 1, (from, to, own) -> {}, new Scratch());

    pool.close();
    pool.close();

    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.isAlive() && thread.getName().startsWith("diffucoder-cpu-"));
  }

  private static void visit(AtomicIntegerArray visits, int from, int to) {
    for (int i = from; i < to; i++) {
      visits.incrementAndGet(i);
    }
  }
}
