package io.diffucoder.cuda;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.cuda.driver.NvidiaLibraries;
import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorBackendProvider;
import java.util.Optional;

/**
 * The NVIDIA GPU backend. What it computes in, whose products it uses and on which GPU it runs are
 * system properties: {@code diffucoder.cuda.arithmetic} ({@code bf16}, {@code fp8}, {@code f32}),
 * {@code diffucoder.cuda.products} ({@code auto}, {@code own}, {@code cublaslt}) and {@code
 * diffucoder.cuda.device}.
 */
public final class CudaBackendProvider implements TensorBackendProvider {
  static final String NAME = "cuda";

  /** Found by {@link java.util.ServiceLoader}; loads nothing native. */
  public CudaBackendProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return 100;
  }

  @Override
  public Availability probe() {
    try {
      CudaSettings settings = CudaSettings.ofThisJvm();
      return probe(CudaDriver.inspect(settings.device()));
    } catch (IllegalArgumentException e) {
      return new Availability.Unavailable(String.valueOf(e.getMessage()), e);
    }
  }

  private static Availability probe(DriverFacts facts) {
    Optional<String> obstacle = obstacle(facts);
    if (obstacle.isPresent()) {
      return new Availability.Unavailable(obstacle.get(), null);
    }
    DriverFacts.Working gpu = (DriverFacts.Working) facts; // all others are obstacles
    return new Availability.Available(
        "an NVIDIA GPU of compute capability %d.%d with %d GiB"
            .formatted(gpu.capability() / 10, gpu.capability() % 10, gpu.memoryBytes() >> 30));
  }

  /** The kernels, a megabyte, are looked at last: most machines have no GPU. */
  private static Optional<String> obstacle(DriverFacts facts) {
    Optional<String> obstacle = facts.obstacle().or(Binding::obstacle);
    return obstacle.isEmpty() && facts instanceof DriverFacts.Working gpu
        ? KernelImages.ofThisRelease().obstacle(gpu.capability())
        : obstacle;
  }

  @Override
  public TensorBackend open(BackendOptions options) {
    if (probe() instanceof Availability.Unavailable(String reason, var cause)) {
      throw new BackendUnavailableException("cuda: unavailable, " + reason, cause);
    }
    return open(CudaSettings.ofThisJvm(), KernelImages.ofThisRelease());
  }

  /** Opens a GPU that is there. */
  static TensorBackend open(CudaSettings settings, KernelImages images) {
    try {
      NvidiaLibraries.prepareBinding();
      return CudaBackend.open(settings, images);
    } catch (LinkageError e) {
      throw new BackendUnavailableException(
          "cuda: unavailable, the driver's binding cannot be loaded: %s; if it was unpacked into a directory mounted noexec, name another with -Dorg.bytedeco.javacpp.cachedir"
              .formatted(e.getMessage()),
          e);
    }
  }
}
