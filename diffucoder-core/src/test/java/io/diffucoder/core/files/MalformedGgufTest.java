package io.diffucoder.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.diffucoder.ModelInfo;
import io.diffucoder.api.DiffuCoderException;
import io.diffucoder.api.ModelLoadException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** As {@link MalformedModelTest}, for GGUF files. */
class MalformedGgufTest {
  private static final long SEED = 20261125;

  /** Everything that reads GGUF files. */
  private static final List<Consumer<Path>> LOADERS =
      List.of(
          directory -> StoredModel.open(directory).close(),
          ModelInfo::of,
          directory -> {
            try (StoredModel model = StoredModel.open(directory.resolve(GgufSketch.FILE))) {
              model.tokenizer();
            }
          });

  @TempDir static Path temporary;

  @TestFactory
  Stream<DynamicTest> rejects_headers_that_lie() {
    return rejections().of(MalformedGguf.headers());
  }

  @TestFactory
  Stream<DynamicTest> rejects_keys_that_lie() {
    return rejections().of(MalformedGguf.keys());
  }

  @TestFactory
  Stream<DynamicTest> rejects_tensors_that_lie() {
    return rejections().of(MalformedGguf.tensors());
  }

  @TestFactory
  Stream<DynamicTest> rejects_hostile_settings() {
    return rejections().of(MalformedGgufModels.settings());
  }

  @TestFactory
  Stream<DynamicTest> rejects_what_would_compute_something_else() {
    return rejections().of(MalformedGgufModels.otherModels());
  }

  @TestFactory
  Stream<DynamicTest> rejects_missing_and_surplus_tensors() {
    return rejections().of(MalformedGgufModels.missingAndSurplusTensors());
  }

  @TestFactory
  Stream<DynamicTest> rejects_hostile_tokenizers() {
    return rejections().of(MalformedGgufModels.tokenizers());
  }

  @Test
  void starts_from_a_model_that_loads() throws IOException {
    Path directory = rejections().freshDirectory();
    GgufSketch.valid().write(directory);

    assertThat(LOADERS).allSatisfy(loader -> loader.accept(directory));
  }

  @Test
  void rejects_a_file_that_is_cut_anywhere() {
    byte[] whole = GgufSketch.valid().bytes();
    int header = GgufSketch.valid().header().length;

    for (int size = 0; size < whole.length; size += size < header ? 1 : 97) {
      byte[] cut = Arrays.copyOf(whole, size);
      assertThatThrownBy(() -> read(cut))
          .as("cut at %d", size)
          .isInstanceOf(ModelLoadException.class)
          .hasMessageStartingWith("x.gguf: ");
    }
  }

  @Test
  void reads_or_rejects_whatever_becomes_of_some_bytes() {
    byte[] whole = GgufSketch.valid().bytes();
    int header = GgufSketch.valid().header().length;
    Random random = new Random(SEED);

    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int i = 0; i < 20_000; i++) {
            byte[] damaged = whole.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
              damaged[random.nextInt(header)] = (byte) HOSTILE[random.nextInt(HOSTILE.length)];
            }
            requireReadOrRejected(damaged);
          }
        });
  }

  private static final int[] HOSTILE = {
    0, 1, 2, 4, 8, 9, 10, 13, 0x20, 0x61, 0x7F, 0x80, 0xC3, 0xFF
  };

  @Test
  void rejects_metadata_without_end_in_a_large_file() throws IOException {
    Path directory = rejections().freshDirectory();
    GgufSketch endless =
        GgufSketch.valid().with("general.name", GgufSketch.STRING, GgufSketch.u64(1 << 30));
    Path file = endless.write(directory);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(4L << 30);
    }

    assertThatThrownBy(() -> StoredModel.open(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("has no end of its metadata")
        .hasMessageContaining("general.name");
  }

  private static void requireReadOrRejected(byte[] file) {
    try {
      read(file);
    } catch (DiffuCoderException expected) {
      assertThat(expected).hasMessageStartingWith("x.gguf").message().hasSizeLessThan(1000);
    }
  }

  private static void read(byte[] bytes) {
    GgufFile file = GgufFile.parse("x.gguf", MemorySegment.ofArray(bytes));
    GgufConfig.read(file);
    GgufTokenizer.read(file.metadata());
  }

  private static Rejections rejections() {
    return new Rejections(temporary, LOADERS);
  }
}
