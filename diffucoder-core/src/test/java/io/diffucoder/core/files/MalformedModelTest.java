package io.diffucoder.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.diffucoder.ModelInfo;
import io.diffucoder.api.DiffuCoderException;
import io.diffucoder.core.files.MalformedModels.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a model directory holds, loading it ends soon, with a model or with an error that says
 * which file is wrong; never out of memory or stack, never in a hang.
 */
class MalformedModelTest {
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** Everything that reads model directories; each has to reject, in order, until one does. */
  private static final List<Consumer<Path>> LOADERS =
      List.of(directory -> ModelDirectory.open(directory).close(), ModelInfo::of);

  private static final AtomicInteger DIRECTORIES = new AtomicInteger();

  @TempDir static Path temporary;

  @TestFactory
  Stream<DynamicTest> rejects_damaged_bytes() {
    return tests(MalformedModels.damagedBytes());
  }

  @TestFactory
  Stream<DynamicTest> rejects_entries_that_lie() {
    return tests(MalformedModels.lyingEntries());
  }

  @TestFactory
  Stream<DynamicTest> rejects_missing_and_wrong_tensors() {
    return tests(MalformedModels.missingAndWrongTensors());
  }

  @TestFactory
  Stream<DynamicTest> rejects_hostile_headers() {
    return tests(MalformedHeaders.hostileHeaders());
  }

  @TestFactory
  Stream<DynamicTest> rejects_broken_layouts() {
    return tests(MalformedHeaders.brokenLayouts());
  }

  @TestFactory
  Stream<DynamicTest> rejects_broken_json() {
    return tests(MalformedTexts.brokenJson());
  }

  @TestFactory
  Stream<DynamicTest> rejects_hostile_config_values() {
    return tests(MalformedTexts.hostileConfig());
  }

  @TestFactory
  Stream<DynamicTest> rejects_an_index_that_points_elsewhere() {
    return tests(MalformedTexts.hostileIndex());
  }

  @TestFactory
  Stream<DynamicTest> rejects_odd_directories() {
    return tests(MalformedTexts.oddDirectories());
  }

  @Test
  void starts_from_models_that_load() throws IOException {
    for (CheckpointWriter valid :
        List.of(CheckpointWriter.unsharded(), CheckpointWriter.sharded())) {
      Path directory = valid.write(freshDirectory());

      assertThat(LOADERS).allSatisfy(loader -> loader.accept(directory));
    }
  }

  private static Stream<DynamicTest> tests(List<Case> cases) {
    return cases.stream()
        .map(broken -> DynamicTest.dynamicTest(broken.title(), () -> requireRejected(broken)));
  }

  private static void requireRejected(Case broken) throws IOException {
    Path directory = freshDirectory();
    broken.damage().to(directory);

    List<Throwable> failures =
        assertTimeoutPreemptively(
            LONGEST,
            () -> LOADERS.stream().map(l -> catchThrowable(() -> l.accept(directory))).toList());

    assertThat(failures)
        .filteredOn(failure -> failure != null)
        .isNotEmpty()
        .allSatisfy(failure ->
            assertThat(failure)
                .isInstanceOf(DiffuCoderException.class)
                .message()
                .contains(broken.mentions())
                .contains(directory.getFileName().toString())
                .hasSizeLessThan(1000));
  }

  private static Path freshDirectory() throws IOException {
    return Files.createDirectory(temporary.resolve("model-" + DIRECTORIES.incrementAndGet()));
  }
}
