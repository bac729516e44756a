package io.diffucoder.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.diffucoder.spi.Availability;
import io.diffucoder.spi.TensorBackendProvider;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** Runs in a JVM that was started without the Vector API. */
class ScalarFallbackTest {

  @Test
  void the_vector_module_is_absent_in_this_jvm() {
    assertThat(ModuleLayer.boot().findModule("jdk.incubator.vector")).isEmpty();
  }

  @Test
  void the_provider_is_found_and_available_and_names_the_flag() {
    TensorBackendProvider provider =
        ServiceLoader.load(TensorBackendProvider.class).findFirst().orElseThrow();

    assertThat(provider.name()).isEqualTo("cpu");
    assertThat(provider.probe())
        .isInstanceOfSatisfying(
            Availability.Available.class,
            available ->
                assertThat(available.info())
                    .contains("scalar: add --add-modules jdk.incubator.vector"));
  }
}
