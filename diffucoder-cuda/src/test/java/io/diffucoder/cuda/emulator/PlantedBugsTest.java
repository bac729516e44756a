package io.diffucoder.cuda.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.diffucoder.cuda.emulator.SmallLaunch.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The emulator notices whenever a kernel lacks one of its barriers, waits or ends of groups of
 * copies, or waits for one group less than it should: by a message, or by a result that in some
 * schedule is not the right one. So none is lost without a test that fails, and there are no others
 * but those listed here, with the reason.
 *
 * <p>All bugs are compiled at once, and are there one at a time.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlantedBugsTest {
  private static final int SCHEDULES = 8;

  /** Whatever makes a thread wait for others or for copies, as the sources name it. */
  private static final Pattern WAITING =
      Pattern.compile("\\b(__sync\\w+|cp_async_wait|cp_async_commit)\\b");

  private static final List<Unnoticed> UNNOTICED =
      List.of(
          new Unnoticed(
              "attention_simt.cu",
              "the next row's query goes where this one's is",
              "all lanes have read the query before their shuffles, and write the next one after; "
                  + "CUDA does not promise that shuffles order accesses to memory"));

  private final List<Mutation> bugs = new ArrayList<>();
  private final Map<String, List<SmallLaunch>> launches = new TreeMap<>();
  private MutatedKernels kernels;

  /**
   * A barrier whose absence the emulator cannot notice.
   *
   * @param comment on its line
   * @param reason to have it nevertheless
   */
  private record Unnoticed(String file, String comment, String reason) {
    boolean is(Mutation bug) {
      return bug.file().equals(file) && bug.line().contains(comment);
    }
  }

  /** A bug, and the launches of one of the kernels that have it. */
  record Trial(String kernel, Mutation bug, List<SmallLaunch> launches) {
    @Override
    public String toString() {
      return kernel + ", " + bug;
    }
  }

  @BeforeAll
  void compile() {
    assumeTrue(Emulator.obstacle().isEmpty(), () -> Emulator.obstacle().orElse(""));
    for (String file : sources()) {
      bugs.addAll(Mutation.removals(file, Mutation.BARRIER));
      bugs.addAll(Mutation.removals(file, Mutation.WARP_BARRIER));
      bugs.addAll(Mutation.removals(file, Mutation.COMMIT));
      bugs.addAll(Mutation.removals(file, Mutation.WAIT));
      bugs.addAll(Mutation.weakWaits(file));
    }
    kernels = MutatedKernels.compile("kernels.cu", bugs);
    SmallLaunches small = new SmallLaunches(kernels);
    for (Mutation bug : bugs) {
      launches.computeIfAbsent(bug.file(), small::of);
    }
  }

  @AfterEach
  void repair() {
    kernels.repair();
  }

  @AfterAll
  void close() {
    if (kernels != null) {
      kernels.close();
    }
  }

  @Test
  void there_is_a_bug_for_every_barrier_and_every_wait() {
    for (String file : sources()) {
      String code = Mutation.source(file).replaceAll("//.*", "");
      long removals = bugs.stream().filter(bug -> bug.isRemovalIn(file)).count();

      assertThat(removals).as(file).isEqualTo(WAITING.matcher(code).results().count());
      assertThat(removals == 0 || !launches.getOrDefault(file, List.of()).isEmpty())
          .as("a launch of a kernel that uses %s", file)
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("launches")
  void without_a_bug_every_schedule_gives_the_same_bits(SmallLaunch launch) {
    Outcome first = launch.run(0);

    assertThat(first.message()).isEmpty();
    for (int schedule = 1; schedule < SCHEDULES; schedule++) {
      assertThat(launch.run(schedule)).as("schedule %d", schedule).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @MethodSource("trials")
  void a_bug_is_noticed(Trial trial) {
    assertThat(noticed(trial)).as("%s is noticed", trial).isTrue();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("unnoticed")
  void what_is_listed_as_unnoticed_is(Trial trial, String reason) {
    assertThat(noticed(trial)).as("%s is noticed, although %s", trial, reason).isFalse();
  }

  private boolean noticed(Trial trial) {
    return trial.launches.stream()
        .anyMatch(launch -> {
          kernels.repair();
          Outcome right = launch.run(0);
          kernels.plant(trial.bug);
          return IntStream.range(0, SCHEDULES).anyMatch(i -> !launch.run(i).equals(right));
        });
  }

  private List<SmallLaunch> launches() {
    return launches.values().stream().flatMap(List::stream).toList();
  }

  private List<Trial> trials() {
    return allTrials().filter(trial -> UNNOTICED.stream().noneMatch(u -> u.is(trial.bug))).toList();
  }

  private List<Arguments> unnoticed() {
    List<Arguments> arguments = new ArrayList<>();
    for (Unnoticed unnoticed : UNNOTICED) {
      List<Trial> trials = allTrials().filter(trial -> unnoticed.is(trial.bug)).toList();
      assertThat(trials).as("bugs at '%s'", unnoticed.comment).isNotEmpty();
      trials.forEach(trial -> arguments.add(Arguments.of(trial, unnoticed.reason)));
    }
    return arguments;
  }

  private Stream<Trial> allTrials() {
    return bugs.stream()
        .flatMap(bug ->
            launches.getOrDefault(bug.file(), List.of()).stream()
                .collect(
                    Collectors.groupingBy(SmallLaunch::kernel, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(entry -> new Trial(entry.getKey(), bug, entry.getValue())));
  }

  /** All but the file that says how a wait is written. */
  private static List<String> sources() {
    return Compiler.filesBelow(Compiler.KERNELS).stream()
        .map(file -> String.valueOf(file.getFileName()))
        .filter(file -> !file.equals("prim.cuh"))
        .toList();
  }
}
