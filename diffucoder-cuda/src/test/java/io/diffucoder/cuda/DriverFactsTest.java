package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DriverFactsTest {
  private static final long GIB = 1L << 30;

  @Test
  void an_unsupported_system_is_named() {
    assertThat(new DriverFacts.UnsupportedSystem("Mac OS X").obstacle())
        .contains("NVIDIA GPUs are supported on Linux and Windows, this is Mac OS X");
  }

  @Test
  void denied_native_access_names_the_flag() {
    assertThat(new DriverFacts.NativeAccessDenied("io.diffucoder.cuda").obstacle())
        .contains(
            "this JVM denies native access, run with --enable-native-access=io.diffucoder.cuda");
  }

  @Test
  void a_missing_driver_names_its_file_and_what_to_install() {
    assertThat(new DriverFacts.NoDriver("libcuda.so.1").obstacle())
        .contains("no NVIDIA driver, libcuda.so.1 was not found; install driver 580 or newer");
  }

  @Test
  void a_library_without_the_function_may_be_a_stub() {
    assertThat(new DriverFacts.NoFunction("libcuda.so.1", "cuInit").obstacle())
        .contains("libcuda.so.1 has no cuInit; is it a stub? install NVIDIA driver 580 or newer");
  }

  @Test
  void no_device_has_one_sentence_however_the_driver_says_it() {
    String sentence = "an NVIDIA driver is installed but it sees no GPU; does nvidia-smi list one?";

    assertThat(new DriverFacts.Failed("cuInit", 100).obstacle()).contains(sentence);
    assertThat(new DriverFacts.NoDevice(13_000, 0, 0).obstacle()).contains(sentence);
  }

  @Test
  void another_error_names_the_function_and_the_code() {
    assertThat(new DriverFacts.Failed("cuInit", 999).obstacle())
        .contains(
            "the NVIDIA driver's cuInit failed with CUDA error 999; does nvidia-smi work here?");
  }

  @Test
  void an_old_driver_names_both_versions_whatever_it_sees() {
    String sentence =
        "the NVIDIA driver supports CUDA 12.8, 13.0 or newer is needed; install driver 580 or newer";

    assertThat(new DriverFacts.NoDevice(12_080, 1, 0).obstacle()).contains(sentence);
    assertThat(new DriverFacts.NoDevice(12_080, 0, 0).obstacle()).contains(sentence);
  }

  @Test
  void a_gpu_that_was_asked_for_and_is_not_there_names_the_property() {
    assertThat(new DriverFacts.NoDevice(13_000, 1, 3).obstacle())
        .contains(
            "there is no GPU 3, the driver sees 1, counted from 0; change diffucoder.cuda.device");
  }

  @Test
  void an_old_gpu_names_both_capabilities() {
    assertThat(new DriverFacts.Working(13_000, 75, 16 * GIB).obstacle())
        .contains(
            "the GPU has compute capability 7.5, 8.0 or newer is needed (Ampere, 2020); use the cpu backend");
  }

  @Test
  void a_small_gpu_names_both_sizes() {
    assertThat(new DriverFacts.Working(13_000, 86, 512L << 20).obstacle())
        .contains("the GPU has 512 MiB of memory, 1024 are needed; use the cpu backend");
  }

  @Test
  void what_suffices_is_no_obstacle() {
    assertThat(new DriverFacts.Working(13_000, 80, GIB).obstacle()).isEmpty();
    assertThat(new DriverFacts.Working(13_030, 121, 128 * GIB).obstacle()).isEmpty();
  }
}
