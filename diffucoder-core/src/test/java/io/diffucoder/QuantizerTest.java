package io.diffucoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.api.GenerationCancelledException;
import io.diffucoder.api.ModelLoadException;
import io.diffucoder.core.files.GgufSketch;
import io.diffucoder.core.files.GoldenGguf;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.tck.GoldenData;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models rewritten as GGUF files, through the public API. */
class QuantizerTest {
  private static final String PROMPT =
      "Return the sum of the squares of the even numbers in the list nums.";

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void writes_the_model_that_loading_in_the_format_makes(WeightFormat format) throws IOException {
    Path target = directory.resolve("tiny.gguf");

    ModelInfo written = Quantizer.ofEmbedded().format(format).write(target);

    try (DiffuCoder converted = DiffuCoder.builder().backend("cpu").weightFormat(format).load();
        DiffuCoder coder = DiffuCoder.builder().backend("cpu").model(target).load()) {
      assertThat(coder.defaults()).isEqualTo(converted.defaults());
      assertThat(coder.generate(PROMPT).canvas()).isEqualTo(converted.generate(PROMPT).canvas());
      assertThat(coder.info()).isEqualTo(written);
    }
  }

  @Test
  void writes_a_directory_in_the_hugging_face_layout_as_a_file_that_answers_the_same()
      throws IOException {
    Path model = Files.createDirectory(directory.resolve("model"));
    for (String file :
        List.of("config.json", "model.safetensors", "tokenizer.json", "generation_config.json")) {
      try (InputStream stream =
          DiffuCoder.class
              .getClassLoader()
              .getResourceAsStream("META-INF/diffucoder/embedded-model/" + file)) {
        Files.copy(stream, model.resolve(file));
      }
    }
    Path target = directory.resolve("tiny.gguf");

    Quantizer.of(model).write(target);

    try (DiffuCoder converted =
            DiffuCoder.builder().backend("cpu").weightFormat(WeightFormat.Q8_0).load();
        DiffuCoder coder = DiffuCoder.builder().backend("cpu").model(target).load()) {
      assertThat(coder.generate(PROMPT).canvas()).isEqualTo(converted.generate(PROMPT).canvas());
    }
  }

  @Test
  void makes_the_same_bytes_on_any_number_of_threads() throws IOException {
    Path one = directory.resolve("one.gguf");
    Path many = directory.resolve("many.gguf");

    Quantizer.ofEmbedded().format(WeightFormat.Q4_0).threads(1).write(one);
    Quantizer.ofEmbedded().format(WeightFormat.Q4_0).threads(7).write(many);

    assertThat(Files.mismatch(one, many)).isEqualTo(-1);
  }

  @Test
  void changes_nothing_in_a_gguf_file_that_is_kept_as_it_is() throws IOException {
    Path first = directory.resolve("first.gguf");
    Path second = directory.resolve("second.gguf");
    Quantizer.ofEmbedded().format(WeightFormat.Q8_0).write(first);

    Quantizer.of(first).format(WeightFormat.AS_STORED).write(second);

    assertThat(Files.mismatch(first, second)).isEqualTo(-1);
  }

  @Test
  void keeps_what_a_gguf_file_says_of_its_model() throws IOException {
    Path source = GgufSketch.valid().with("general.license", "apache-2.0").write(directory);

    ModelInfo written =
        Quantizer.of(source).format(WeightFormat.F16).write(directory.resolve("f16.gguf"));

    assertThat(written.config())
        .containsEntry("general.license", "\"apache-2.0\"")
        .containsEntry("general.name", "\"a sketch\"")
        .containsEntry("general.file_type", "1")
        .containsEntry("tokenizer.ggml.tokens", "\"260 × STRING\"");
  }

  @Test
  void converts_a_gguf_file_without_a_tokenizer_to_one_without() throws IOException {
    Path target = directory.resolve("tiny.gguf");

    ModelInfo written =
        Quantizer.of(GoldenGguf.file("tiny")).format(WeightFormat.Q8_0).write(target);

    assertThat(written.config()).containsEntry("tokenizer.ggml.model", "\"none\"");
  }

  @Test
  void keeps_vectors_in_float32() throws IOException {
    ModelInfo written = Quantizer.ofEmbedded().write(directory.resolve("tiny.gguf"));

    assertThat(written.tensors())
        .filteredOn(tensor -> tensor.shape().size() == 1)
        .hasSize(4 * 5 + 1)
        .allSatisfy(tensor -> assertThat(tensor.dtype()).isEqualTo("F32"));
  }

  @Test
  void keeps_rows_that_are_no_whole_blocks_in_float16() throws IOException {
    Path source = GgufSketch.valid().write(directory); // 8 and 6 columns

    ModelInfo written =
        Quantizer.of(source).format(WeightFormat.Q4_0).write(directory.resolve("q4.gguf"));

    assertThat(
            written.tensors().stream().map(ModelInfo.TensorInfo::dtype).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("F16", "F32");
  }

  @Test
  void keeps_the_embedding_table_and_the_head_in_8_bits_in_a_4_bit_model() throws IOException {
    Path source = GgufSketch.wide().write(directory);

    ModelInfo written =
        Quantizer.of(source).format(WeightFormat.Q4_0).write(directory.resolve("q4.gguf"));

    assertThat(written.tensors())
        .filteredOn(tensor -> tensor.dtype().equals("Q8_0"))
        .extracting(ModelInfo.TensorInfo::name)
        .containsExactly("token_embd.weight", "output.weight");
    assertThat(written.tensors()).filteredOn(tensor -> tensor.dtype().equals("Q4_0")).hasSize(7);
  }

  @Test
  void never_gives_a_weight_more_bits_than_it_had() throws IOException {
    Path q4 = directory.resolve("q4.gguf");
    Path q8 = directory.resolve("q8.gguf");
    ModelInfo small = Quantizer.ofEmbedded().format(WeightFormat.Q4_0).write(q4);

    ModelInfo same = Quantizer.of(q4).format(WeightFormat.Q8_0).write(q8);

    assertThat(same.tensors())
        .extracting(ModelInfo.TensorInfo::bytes)
        .isEqualTo(small.tensors().stream().map(ModelInfo.TensorInfo::bytes).toList());
  }

  @Test
  void tells_how_far_it_is_up_to_the_end() throws IOException {
    List<Long> written = new ArrayList<>();
    List<Long> totals = new ArrayList<>();

    ModelInfo info =
        Quantizer.ofEmbedded()
            .progress((bytes, total) -> {
              written.add(bytes);
              totals.add(total);
            })
            .write(directory.resolve("tiny.gguf"));

    assertThat(written).isSorted().endsWith(info.weightBytes(WeightFormat.AS_STORED));
    assertThat(totals).containsOnly(info.weightBytes(WeightFormat.AS_STORED));
  }

  @Test
  void leaves_an_existing_file_alone_unless_it_is_to_replace_it() throws IOException {
    Path target = directory.resolve("tiny.gguf");
    Files.writeString(target, "precious");

    assertThatThrownBy(() -> Quantizer.ofEmbedded().write(target))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage(target + ": is there already; name another file, or ask to replace it");
    assertThat(target).hasContent("precious");

    Quantizer.ofEmbedded().replacing().write(target);
    assertThat(Files.size(target)).isGreaterThan(1_000_000);
    assertThat(directory)
        .isDirectoryContaining(file -> file.equals(target))
        .isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void is_not_held_up_by_the_part_files_of_killed_runs() throws IOException {
    long process = ProcessHandle.current().pid(); // in a container each run may have the same
    Files.writeString(directory.resolve("tiny.gguf.%d.part".formatted(process)), "cut off");
    Path target = directory.resolve("tiny.gguf");
    List<String> parts = new ArrayList<>();

    for (int run = 0; run < 2; run++) {
      Quantizer.ofEmbedded()
          .replacing()
          .progress((bytes, total) -> parts.addAll(partFiles()))
          .write(target);
    }

    assertThat(Set.copyOf(parts)).hasSize(3).allMatch(name -> name.startsWith("tiny.gguf."));
    assertThat(partFiles()).containsExactly("tiny.gguf.%d.part".formatted(process));
  }

  private List<String> partFiles() {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".part"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void gives_the_file_the_permissions_of_any_new_file() throws IOException {
    Path target = directory.resolve("tiny.gguf");
    Path other = Files.createFile(directory.resolve("other"));
    assumeThat(directory.getFileSystem().supportedFileAttributeViews())
        .as("file systems with permissions")
        .contains("posix");

    Quantizer.ofEmbedded().write(target);

    assertThat(Files.getPosixFilePermissions(target))
        .isEqualTo(Files.getPosixFilePermissions(other));
  }

  @Test
  void leaves_nothing_behind_when_cancelled() {
    CancellationToken token = new CancellationToken();

    assertThatThrownBy(() ->
            Quantizer.ofEmbedded()
                .threads(1)
                .cancellation(token)
                .progress((bytes, total) -> token.cancel())
                .write(directory.resolve("tiny.gguf")))
        .isInstanceOf(GenerationCancelledException.class);

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void leaves_nothing_behind_when_a_number_is_too_large_for_the_format() {
    GgufSketch sketch = GgufSketch.valid().withNumber("blk.1.ffn_up.weight", 70000f);
    Path source = sketch.write(directory);
    Path target = directory.resolve("f16.gguf");

    assertThatThrownBy(() -> Quantizer.of(source).format(WeightFormat.F16).write(target))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("tensor 'blk.1.ffn_up.weight' cannot be written as F16: 70000.0")
        .hasMessageContaining("use BF16");
    assertThat(directory).isDirectoryNotContaining("glob:**f16*");
  }

  @Test
  void names_the_tensor_that_cannot_be_quantised() {
    Path source = GgufSketch.wide().withNumber("blk.0.ffn_up.weight", Float.NaN).write(directory);

    assertThatThrownBy(() -> Quantizer.of(source).write(directory.resolve("q8.gguf")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("tensor 'blk.0.ffn_up.weight' cannot be written as Q8_0");
  }

  @Test
  void needs_a_directory_to_write_to() {
    assertThatThrownBy(() -> Quantizer.ofEmbedded().write(directory.resolve("no/tiny.gguf")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageEndingWith("is no directory; create it first");
    assertThatThrownBy(() -> Quantizer.ofEmbedded().replacing().write(directory))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageEndingWith("is a directory, needs the name of a file");
  }

  @Test
  void needs_the_tokenizer_of_a_hugging_face_model() {
    GoldenData.copyModelTo("tiny", directory);

    assertThatThrownBy(() -> Quantizer.of(directory).write(directory.resolve("tiny.gguf")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("tokenizer.json");
  }

  @Test
  void needs_a_thread() {
    assertThatIllegalArgumentException().isThrownBy(() -> Quantizer.ofEmbedded().threads(0));
  }
}
