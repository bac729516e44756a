package io.diffucoder.cuda;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.diffucoder.cuda.emulator.Emulator;
import io.diffucoder.spi.TensorBackend;
import java.nio.file.Path;
import java.util.Optional;

/** Backends on the emulated device: the kernels' sources, compiled for this processor. */
final class EmulatedCuda {
  /** What the emulated driver takes for an image of kernels. */
  static final KernelImages IMAGES =
      new KernelImages(Optional.of("DCEMU".getBytes(US_ASCII)), Path.of("target", "no-cache"));

  private EmulatedCuda() {}

  /** The emulator; the test is skipped where there is no C++ compiler. */
  static Emulator emulator() {
    assumeThat(Emulator.obstacle()).as("why the emulator cannot run here").isEmpty();
    return Emulator.load();
  }

  /** A backend whose products are its own. */
  static TensorBackend open(Arithmetic arithmetic) {
    return open(arithmetic, CudaSettings.ProductChoice.OWN);
  }

  static TensorBackend open(Arithmetic arithmetic, CudaSettings.ProductChoice products) {
    emulator();
    return CudaBackendProvider.open(new CudaSettings(arithmetic, products, 0), IMAGES);
  }
}
