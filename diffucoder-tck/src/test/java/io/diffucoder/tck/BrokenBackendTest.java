package io.diffucoder.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.diffucoder.spi.TensorBackend;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Every planted mistake is caught, by the contract of its operation, where it begins. */
class BrokenBackendTest {
  /** JUnit makes the contracts' instances, so the backend cannot be handed over otherwise. */
  private static final ThreadLocal<Supplier<TensorBackend>> BROKEN = new ThreadLocal<>();

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake(BrokenBackends::rowGuardOffByOne, Linear.class, "linear: shape (2, 3)", 1, 0),
        mistake(
            BrokenBackends::writesBeyondTheLastRow,
            Linear.class,
            "linear into a view of 1 rows: shape (3, 5)",
            1,
            0),
        mistake(BrokenBackends::forgetsTheBias, Linear.class, "linear: shape (2, 3)", 0, 0),
        mistake(
            BrokenBackends::dependsOnTheNumberOfRows,
            Determinism.class,
            "linear F32 width 5, the first 1 of 70 rows: shape (1, 67)",
            0,
            0),
        mistake(BrokenBackends::epsOutsideTheRoot, RmsNorm.class, "rmsNorm: shape (2, 2)", 0, 0),
        mistake(BrokenBackends::interleavedRope, Rope.class, "rope: shape (1, 4)", 0, 1),
        mistake(
            BrokenBackends::staleCacheRow, ScatterGather.class, "scatterRows: shape (5, 2)", 2, 0),
        mistake(
            BrokenAttention::causalMaskLeftOn,
            Attention.class,
            "attention of equals: shape (3, 2)",
            0,
            1),
        mistake(BrokenAttention::unscaled, Attention.class, "attention: shape (1, 4)", 0, 0),
        mistake(
            BrokenAttention::swappedKvHeads,
            Attention.class,
            "attention Heads[heads=4, kvHeads=2, headDim=32] rows 1 keys 1: shape (2, 128)",
            0,
            32),
        mistake(
            BrokenAttention::readsRangesAsAdjacent,
            Windows.class,
            "branch aside, Heads[heads=1, kvHeads=1, headDim=16]: shape (17, 16)",
            0,
            0),
        mistake(BrokenScores::entropySign, Score.class, "score of 4 rows", 0, 4),
        mistake(BrokenScores::topPOffByOne, Score.class, "score of 4 rows", 0, 1),
        mistake(BrokenScores::drawsInReverseOrder, Score.class, "score of 4 rows", 3, 0));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_mistake_is_caught_with_its_operation_and_its_first_wrong_element(
      Supplier<TensorBackend> broken, Class<?> contract, String what, String element) {
    List<String> failures = run(contract, broken);

    assertThat(failures)
        .anySatisfy(failure -> assertThat(failure).startsWith(what).contains(element));
  }

  private static List<String> run(Class<?> contract, Supplier<TensorBackend> broken) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(contract)).build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    BROKEN.set(broken);
    try {
      LauncherFactory.create().execute(request, listener);
    } finally {
      BROKEN.remove();
    }
    return listener.getSummary().getFailures().stream()
        .map(failure -> String.valueOf(failure.getException().getMessage()))
        .toList();
  }

  private static Arguments mistake(
      Supplier<TensorBackend> broken, Class<?> contract, String what, int row, int col) {
    return arguments(
        broken, contract, what, "first wrong element (row %d, col %d)".formatted(row, col));
  }

  interface Broken extends BackendContract {
    @Override
    default TensorBackend openBackend() {
      return BROKEN.get().get();
    }
  }

  static class Attention extends AttentionContract implements Broken {}

  static class Determinism extends DeterminismContract implements Broken {}

  static class Windows extends WindowContract implements Broken {}

  static class Linear extends LinearContract implements Broken {}

  static class RmsNorm extends RmsNormContract implements Broken {}

  static class Rope extends RopeContract implements Broken {}

  static class ScatterGather extends ScatterGatherContract implements Broken {}

  static class Score extends ScoreContract implements Broken {}
}
