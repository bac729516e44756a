package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorBackendProvider;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** The provider on this machine, whatever it has. */
class CudaBackendProviderTest {

  @Test
  void is_found_and_preferred_to_the_cpu() {
    TensorBackendProvider provider =
        ServiceLoader.load(TensorBackendProvider.class).findFirst().orElseThrow();

    assertThat(provider.name()).isEqualTo("cuda");
    assertThat(provider.priority()).isEqualTo(100);
  }

  @Test
  void what_the_probe_says_holds_when_it_is_opened() {
    CudaBackendProvider provider = new CudaBackendProvider();

    switch (provider.probe()) {
      case Availability.Available(String info) -> {
        assertThat(info).startsWith("an NVIDIA GPU of compute capability ");
        try (TensorBackend backend = provider.open(BackendOptions.DEFAULTS)) {
          assertThat(backend.info().name()).isEqualTo("cuda");
        }
      }
      case Availability.Unavailable(String reason, _) -> {
        assertThat(reason).isNotBlank().doesNotEndWith(".");
        assertThatThrownBy(() -> provider.open(BackendOptions.DEFAULTS))
            .isInstanceOf(BackendUnavailableException.class)
            .hasMessage("cuda: unavailable, " + reason);
      }
    }
  }
}
