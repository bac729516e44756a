package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DriverFactsTest {

  @Test
  void an_unsupported_system_is_named() {
    assertThat(new DriverFacts.UnsupportedSystem("Mac OS X").reason())
        .isEqualTo("NVIDIA GPUs are supported on Linux and Windows, this is Mac OS X");
  }

  @Test
  void denied_native_access_names_the_flag() {
    assertThat(new DriverFacts.NativeAccessDenied("io.diffucoder.cuda").reason())
        .isEqualTo(
            "this JVM denies native access, run with --enable-native-access=io.diffucoder.cuda");
  }

  @Test
  void a_missing_driver_names_its_file_and_what_to_install() {
    assertThat(new DriverFacts.NoDriver("libcuda.so.1").reason())
        .isEqualTo("no NVIDIA driver, libcuda.so.1 was not found; install driver 580 or newer");
  }

  @Test
  void a_library_without_the_function_may_be_a_stub() {
    assertThat(new DriverFacts.NoFunction("libcuda.so.1", "cuInit").reason())
        .startsWith("libcuda.so.1 has no cuInit; is it a stub?");
  }

  @Test
  void an_old_driver_names_both_versions() {
    assertThat(new DriverFacts.Working(11_080, 1).reason())
        .isEqualTo(
            "the NVIDIA driver supports CUDA 11.8, 13.0 or newer is needed; install driver 580 or"
                + " newer");
  }

  @Test
  void no_device_has_one_sentence_however_the_driver_says_it() {
    assertThat(new DriverFacts.Working(13_000, 0).reason())
        .isEqualTo(new DriverFacts.Failed("cuInit", 100).reason())
        .contains("sees no GPU");
  }

  @Test
  void another_error_names_the_function_and_the_code() {
    assertThat(new DriverFacts.Failed("cuInit", 999).reason())
        .isEqualTo(
            "the NVIDIA driver's cuInit failed with CUDA error 999; does nvidia-smi work here?");
  }

  @Test
  void a_working_gpu_is_told_that_there_are_no_kernels_yet() {
    assertThat(new DriverFacts.Working(13_000, 1).reason())
        .isEqualTo(
            "an NVIDIA GPU with a driver for CUDA 13.0 was found, but this release has no CUDA"
                + " kernels yet");
  }
}
