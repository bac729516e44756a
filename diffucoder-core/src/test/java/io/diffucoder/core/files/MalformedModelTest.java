package io.diffucoder.core.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.ModelInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
  /** Everything that reads model directories. */
  private static final List<Consumer<Path>> LOADERS =
      List.of(directory -> StoredModel.open(directory).close(), ModelInfo::of);

  @TempDir static Path temporary;

  @TestFactory
  Stream<DynamicTest> rejects_damaged_bytes() {
    return rejections().of(MalformedModels.damagedBytes());
  }

  @TestFactory
  Stream<DynamicTest> rejects_entries_that_lie() {
    return rejections().of(MalformedModels.lyingEntries());
  }

  @TestFactory
  Stream<DynamicTest> rejects_missing_and_wrong_tensors() {
    return rejections().of(MalformedModels.missingAndWrongTensors());
  }

  @TestFactory
  Stream<DynamicTest> rejects_hostile_headers() {
    return rejections().of(MalformedHeaders.hostileHeaders());
  }

  @TestFactory
  Stream<DynamicTest> rejects_broken_layouts() {
    return rejections().of(MalformedHeaders.brokenLayouts());
  }

  @TestFactory
  Stream<DynamicTest> rejects_broken_json() {
    return rejections().of(MalformedTexts.brokenJson());
  }

  @TestFactory
  Stream<DynamicTest> rejects_hostile_config_values() {
    return rejections().of(MalformedTexts.hostileConfig());
  }

  @TestFactory
  Stream<DynamicTest> rejects_an_index_that_points_elsewhere() {
    return rejections().of(MalformedTexts.hostileIndex());
  }

  @TestFactory
  Stream<DynamicTest> rejects_odd_directories() {
    return rejections().of(MalformedTexts.oddDirectories());
  }

  @Test
  void starts_from_models_that_load() throws IOException {
    for (CheckpointWriter valid :
        List.of(CheckpointWriter.unsharded(), CheckpointWriter.sharded())) {
      Path directory = valid.write(rejections().freshDirectory());

      assertThat(LOADERS).allSatisfy(loader -> loader.accept(directory));
    }
  }

  private static Rejections rejections() {
    return new Rejections(temporary, LOADERS);
  }
}
