package io.diffucoder.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE.md that begin here: the library itself is found, not required. */
class ArrowsTest {

  @Test
  void this_backend_sees_the_api_and_the_cpu_backend_and_shows_nothing() throws URISyntaxException {
    Path classes =
        Path.of(
            OnednnBackendProvider.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    ModuleDescriptor module =
        ModuleFinder.of(classes).find("io.diffucoder.onednn").orElseThrow().descriptor();

    assertThat(module.requires())
        .extracting(ModuleDescriptor.Requires::name)
        .containsExactlyInAnyOrder(
            "java.base", "io.diffucoder.api", "io.diffucoder.cpu", "org.jspecify");
    assertThat(module.exports()).isEmpty();
  }
}
