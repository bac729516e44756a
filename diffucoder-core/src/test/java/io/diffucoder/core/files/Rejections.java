package io.diffucoder.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

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

/**
 * Tests that everything that reads models rejects malformed ones, soon and with a message that says
 * which file is wrong.
 *
 * @param temporary where the models are made
 * @param loaders everything that reads them; each has to reject, in order, until one does
 */
record Rejections(Path temporary, List<Consumer<Path>> loaders) {
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final AtomicInteger DIRECTORIES = new AtomicInteger();

  Stream<DynamicTest> of(List<Case> cases) {
    return cases.stream()
        .map(broken -> DynamicTest.dynamicTest(broken.title(), () -> requireRejected(broken)));
  }

  private void requireRejected(Case broken) throws IOException {
    Path directory = freshDirectory();
    broken.damage().to(directory);

    List<Throwable> failures =
        assertTimeoutPreemptively(
            LONGEST,
            () -> loaders.stream().map(l -> catchThrowable(() -> l.accept(directory))).toList());

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

  Path freshDirectory() throws IOException {
    return Files.createDirectory(temporary.resolve("model-" + DIRECTORIES.incrementAndGet()));
  }
}
