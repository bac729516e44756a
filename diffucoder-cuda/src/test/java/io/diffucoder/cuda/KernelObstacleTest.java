package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.cuda.driver.Device;
import io.diffucoder.cuda.driver.KernelCompiler;
import io.diffucoder.cuda.driver.NvidiaLibraries;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where there is no machine code and nothing that makes it, so without emulator. */
class KernelObstacleTest {
  private static final Device.Facts GPU = new Device.Facts("a GPU", 86, 100, 1L << 34, 1L << 34);

  @TempDir Path directory;

  @Test
  void without_code_and_without_compiler_there_is_a_sentence() {
    assumeFalse(
        NvidiaLibraries.isPresent(KernelCompiler.LIBRARY), "this machine has NVRTC installed");
    KernelImages images = new KernelImages(Optional.empty(), directory);
    String sentence =
        "this release has no kernels for sm_86 and there is no compiler for its sources; install CUDA 13's NVRTC (libnvrtc.so.13) or use a release built with nvcc";

    assertThat(images.obstacle(86)).contains(sentence);
    assertThatThrownBy(() -> images.imageFor(GPU))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessage("cuda: unavailable, " + sentence);
  }

  @Test
  void with_code_there_is_nothing_to_say() {
    assertThat(new KernelImages(Optional.of(new byte[1]), directory).obstacle(86)).isEmpty();
  }
}
