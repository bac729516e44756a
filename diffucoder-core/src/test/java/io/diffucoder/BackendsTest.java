package io.diffucoder;

import static io.diffucoder.spi.WeightFormat.AS_STORED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackendsTest {
  private static final Backends.Candidate NO_DRIVER =
      new Backends.Candidate(
          new BackendStatus(
              "cuda",
              100,
              new Availability.Unavailable("no NVIDIA driver: libcuda.so.1 was not found", null)),
          Optional.empty());

  @Test
  void describes_what_is_there_with_the_preferred_first() {
    assertThat(Backends.describe().stream().map(BackendStatus::name).toList())
        .containsExactly("absent", "cpu");
    assertThat(Backends.describe().getLast().availability())
        .isInstanceOf(Availability.Available.class);
  }

  @Test
  void opens_the_available_backend_of_highest_priority_for_auto() {
    try (var backend = Backends.open(Backends.AUTO, BackendOptions.DEFAULTS)) {
      assertThat(backend.info().name()).isEqualTo("cpu");
    }
  }

  @Test
  void refuses_a_named_backend_with_its_reason_instead_of_taking_another() {
    assertThatThrownBy(
            () -> Backends.open(List.of(NO_DRIVER), "cuda", AS_STORED, BackendOptions.DEFAULTS))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessage(
            "backend 'cuda' is not available: no NVIDIA driver: libcuda.so.1 was not found");
  }

  @Test
  void lists_every_backend_when_the_name_is_unknown_or_none_fits() {
    assertThatThrownBy(
            () -> Backends.open(List.of(NO_DRIVER), "tpu", AS_STORED, BackendOptions.DEFAULTS))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessage(
            "there is no backend 'tpu': cuda is not available: no NVIDIA driver: libcuda.so.1 was"
                + " not found");
    assertThatThrownBy(
            () -> Backends.open(List.of(NO_DRIVER), "auto", AS_STORED, BackendOptions.DEFAULTS))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageStartingWith("no backend can run here: cuda is not available");
    assertThatThrownBy(() -> Backends.open(List.of(), "auto", AS_STORED, BackendOptions.DEFAULTS))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("add io.diffucoder:diffucoder-cpu");
  }
}
