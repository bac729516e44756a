package io.diffucoder.cuda;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.cuda.driver.Device;
import io.diffucoder.cuda.emulator.Emulator;
import io.diffucoder.spi.TensorBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Where machine code comes from, with the emulated NVRTC. */
@ExtendWith(OnEmulator.class)
class KernelImagesTest {
  private final Emulator emulator = EmulatedCuda.emulator();

  @TempDir Path directory;

  @Test
  void what_the_release_ships_is_taken_and_nothing_is_compiled() {
    byte[] fatbin = {1, 2, 3};

    assertThat(new KernelImages(Optional.of(fatbin), directory).imageFor(gpu(90)))
        .isEqualTo(fatbin);
    assertThat(emulator.counter("nvrtcCompilations")).isZero();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void without_it_the_sources_are_compiled_once() throws IOException {
    byte[] first = unshipped().imageFor(gpu(86));
    byte[] second = unshipped().imageFor(gpu(86));

    assertThat(first).asString(US_ASCII).isEqualTo("DCEMU sm_86");
    assertThat(second).isEqualTo(first);
    assertThat(emulator.counter("nvrtcCompilations")).isEqualTo(1);
    assertThat(emulator.counter("nvrtcPrograms")).isZero();
    assertThat(names()).hasSize(1).first().asString().matches("[0-9a-f]{32}-sm_86\\.cubin");
  }

  @Test
  void a_hopper_gpu_gets_code_of_its_very_architecture() {
    assertThat(unshipped().imageFor(gpu(90))).asString(US_ASCII).isEqualTo("DCEMU sm_90a");
    assertThat(unshipped().imageFor(gpu(100))).asString(US_ASCII).isEqualTo("DCEMU sm_100");
  }

  @Test
  void code_of_another_device_compiler_or_source_is_another_file() throws IOException {
    unshipped().imageFor(gpu(80));
    unshipped().imageFor(gpu(120));
    assertThat(names()).hasSize(2);

    emulator.configure("nvrtcVersion", 13_030);
    unshipped().imageFor(gpu(80));
    assertThat(names()).hasSize(3);

    of(new KernelSources("other", Map.of("x.cuh", ""))).imageFor(gpu(80));
    assertThat(names()).hasSize(4);
    of(new KernelSources("other", Map.of("x.cuh", "changed"))).imageFor(gpu(80));
    assertThat(names()).hasSize(5);
    assertThat(emulator.counter("nvrtcCompilations")).isEqualTo(5);
  }

  @Test
  void a_damaged_file_is_compiled_again_and_replaced() throws IOException {
    byte[] code = unshipped().imageFor(gpu(80));
    Path file = directory.resolve(names().getFirst());
    byte[] whole = Files.readAllBytes(file);
    for (byte[] damaged : List.of(new byte[0], new byte[100], code)) {
      Files.write(file, damaged);

      assertThat(unshipped().imageFor(gpu(80))).isEqualTo(code);
      assertThat(file).hasBinaryContent(whole);
    }
    assertThat(emulator.counter("nvrtcCompilations")).isEqualTo(4);
  }

  @Test
  void a_cache_that_cannot_be_written_costs_time_only() throws IOException {
    Path file = Files.createFile(directory.resolve("a-file"));
    KernelImages images = new KernelImages(Optional.empty(), file.resolve("cache"));

    for (int i = 0; i < 2; i++) {
      assertThat(images.imageFor(gpu(80))).asString(US_ASCII).isEqualTo("DCEMU sm_80");
    }
    assertThat(emulator.counter("nvrtcCompilations")).isEqualTo(2);
  }

  @Test
  void what_does_not_compile_is_told_with_the_compiler_s_words() throws IOException {
    KernelSources sources =
        new KernelSources("#include \"x.cuh\"\n", Map.of("x.cuh", "\n#error not here\n"));

    assertThatThrownBy(() -> of(sources).imageFor(gpu(80)))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageStartingWith(
            "cuda: unavailable, NVRTC does not compile the kernels with [--gpu-architecture=sm_80, --std=c++17]: x.cuh(2): catastrophic error: #error directive: not here");
    assertThat(names()).isEmpty();
    assertThat(emulator.counter("nvrtcPrograms")).isZero();
  }

  @Test
  void a_header_that_is_not_given_is_told() {
    KernelSources sources =
        new KernelSources("#include \"gone.cuh\"\n", Map.of("x.cuh", "#pragma once\n"));

    assertThatThrownBy(() -> of(sources).imageFor(gpu(80)))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("cannot open source file \"gone.cuh\"");
  }

  @Test
  void a_gpu_that_the_compiler_does_not_know_is_told() {
    assertThatThrownBy(() -> unshipped().imageFor(gpu(130)))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessage(
            "cuda: unavailable, NVRTC does not compile the kernels with [--gpu-architecture=sm_130, --std=c++17]: nvrtc: error: invalid value for --gpu-architecture (-arch)");
  }

  @Test
  void compiled_kernels_run() {
    CudaSettings settings = new CudaSettings(Arithmetic.BF16, CudaSettings.ProductChoice.OWN, 0);

    for (int i = 0; i < 2; i++) {
      try (TensorBackend backend = CudaBackendProvider.open(settings, unshipped())) {
        assertThat(backend.info().name()).isEqualTo("cuda");
      }
    }
    assertThat(emulator.counter("nvrtcCompilations")).isEqualTo(1);
  }

  private KernelImages unshipped() {
    return new KernelImages(Optional.empty(), directory);
  }

  private KernelImages of(KernelSources sources) {
    return new KernelImages(Optional.empty(), new KernelCache(directory), () -> sources);
  }

  private static Device.Facts gpu(int capability) {
    return new Device.Facts("a GPU", capability, 100, 1L << 34, 1L << 34);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
