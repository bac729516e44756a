package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackendProvider;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class CudaBackendProviderTest {

  @Test
  void is_found_and_preferred_to_the_cpu() {
    TensorBackendProvider provider =
        ServiceLoader.load(TensorBackendProvider.class).findFirst().orElseThrow();

    assertThat(provider.name()).isEqualTo("cuda");
    assertThat(provider.priority()).isEqualTo(100);
  }

  @Test
  void the_probe_of_this_machine_gives_a_reason_and_open_gives_the_same() {
    CudaBackendProvider provider = new CudaBackendProvider();

    assertThat(provider.probe())
        .isInstanceOfSatisfying(
            Availability.Unavailable.class,
            unavailable -> {
              assertThat(unavailable.reason()).isNotBlank().doesNotEndWith(".");
              assertThatThrownBy(() -> provider.open(BackendOptions.DEFAULTS))
                  .isInstanceOf(BackendUnavailableException.class)
                  .hasMessage("cuda: unavailable, " + unavailable.reason());
            });
  }

  @Test
  void the_library_is_that_of_the_system() {
    assertThat(CudaDriver.library("Linux")).contains("libcuda.so.1");
    assertThat(CudaDriver.library("Windows 11")).contains("nvcuda.dll");
    assertThat(CudaDriver.library("Mac OS X")).isEmpty();
    assertThat(CudaDriver.library("Darwin")).isEmpty();
  }
}
