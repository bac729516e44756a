package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.cuda.emulator.Emulator;
import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The probe, asking the emulated driver. */
@ExtendWith(OnEmulator.class)
class CudaDriverTest {
  private final Emulator emulator = EmulatedCuda.emulator();

  @AfterEach
  void clear() {
    System.clearProperty(CudaSettings.DEVICE);
  }

  @Test
  void a_gpu_that_works_is_described() {
    assertThat(CudaDriver.inspect(0)).isEqualTo(new DriverFacts.Working(13_000, 90, 8L << 30));
  }

  @Test
  void looking_retains_no_context() {
    CudaDriver.inspect(0);

    assertThat(emulator.counter("contexts")).isZero();
  }

  @Test
  void a_driver_that_sees_no_gpu_fails_when_it_is_initialised() {
    emulator.configure("devices", 0);

    assertThat(CudaDriver.inspect(0)).isEqualTo(new DriverFacts.Failed("cuInit", 100));
    assertUnavailable(
        "an NVIDIA driver is installed but it sees no GPU; does nvidia-smi list one?");
  }

  @Test
  void a_driver_for_cuda_12_is_too_old() {
    emulator.configure("driverVersion", 12_080);

    assertThat(CudaDriver.inspect(0)).isEqualTo(new DriverFacts.NoDevice(12_080, 1, 0));
    assertUnavailable(
        "the NVIDIA driver supports CUDA 12.8, 13.0 or newer is needed; install driver 580 or newer");
  }

  @Test
  void a_turing_gpu_is_too_old() {
    emulator.configure("computeCapability", 75);

    assertUnavailable(
        "the GPU has compute capability 7.5, 8.0 or newer is needed (Ampere, 2020); use the cpu backend");
  }

  @Test
  void a_gpu_with_half_a_gibibyte_is_too_small() {
    emulator.configure("memoryBytes", 512L << 20);

    assertUnavailable("the GPU has 512 MiB of memory, 1024 are needed; use the cpu backend");
  }

  @Test
  void the_fourth_gpu_of_one_is_not_there() {
    System.setProperty(CudaSettings.DEVICE, "3");

    assertUnavailable(
        "there is no GPU 3, the driver sees 1, counted from 0; change diffucoder.cuda.device");
  }

  @Test
  void the_second_gpu_of_two_is_there() {
    emulator.configure("devices", 2);

    assertThat(CudaDriver.inspect(1)).isInstanceOf(DriverFacts.Working.class);
  }

  @Test
  void a_property_that_is_wrong_is_a_reason_too() {
    System.setProperty(CudaSettings.DEVICE, "first");

    assertUnavailable(
        "diffucoder.cuda.device must be the number of a GPU, 0 for the first, got 'first'");
  }

  @Test
  void a_gpu_that_works_is_available() {
    assertThat(new CudaBackendProvider().probe())
        .isEqualTo(
            new Availability.Available("an NVIDIA GPU of compute capability 9.0 with 8 GiB"));
  }

  @Test
  void the_library_is_that_of_the_system() {
    assertThat(CudaDriver.library("Linux")).contains("libcuda.so.1");
    assertThat(CudaDriver.library("Windows 11")).contains("nvcuda.dll");
    assertThat(CudaDriver.library("Mac OS X")).isEmpty();
    assertThat(CudaDriver.library("Darwin")).isEmpty();
  }

  /** The probe gives this reason, and to open anyway fails with it. */
  private static void assertUnavailable(String reason) {
    CudaBackendProvider provider = new CudaBackendProvider();

    assertThat(provider.probe())
        .isInstanceOfSatisfying(
            Availability.Unavailable.class,
            unavailable -> assertThat(unavailable.reason()).isEqualTo(reason));
    assertThatThrownBy(() -> provider.open(BackendOptions.DEFAULTS))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessage("cuda: unavailable, " + reason);
  }
}
