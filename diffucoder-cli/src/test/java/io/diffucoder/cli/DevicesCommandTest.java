package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.BackendStatus;
import io.diffucoder.spi.Availability;
import java.util.List;
import org.junit.jupiter.api.Test;

class DevicesCommandTest {
  private static final BackendStatus CUDA =
      new BackendStatus("cuda", 100, new Availability.Unavailable("no driver found", null));
  private static final BackendStatus CPU =
      new BackendStatus("cpu", 10, new Availability.Available("8 threads, AVX2"));

  @Test
  void marks_the_first_available_backend_and_gives_the_reason_of_the_others() {
    assertThat(DevicesCommand.lines(List.of(CUDA, CPU)))
        .isEqualTo(
            """
              cuda   unavailable: no driver found
            * cpu    8 threads, AVX2
            * is what 'auto' takes
            """);
  }

  @Test
  void says_so_when_none_is_available_or_there() {
    assertThat(DevicesCommand.lines(List.of(CUDA))).endsWith("none is available\n");
    assertThat(DevicesCommand.lines(List.of())).startsWith("no backend on the class path");
  }
}
