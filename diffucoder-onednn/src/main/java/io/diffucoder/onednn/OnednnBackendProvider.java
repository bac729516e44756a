package io.diffucoder.onednn;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.cpu.CpuBackendProvider;
import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorBackendProvider;
import java.util.Optional;

/**
 * The CPU backend with matrix products by oneDNN: bfloat16 where the processor has instructions for
 * them, or what the system property {@code diffucoder.onednn.arithmetic} names: {@code bf16},
 * {@code int8} or {@code f32}.
 */
public final class OnednnBackendProvider implements TensorBackendProvider {
  static final String NAME = "onednn";

  /** Found by {@link java.util.ServiceLoader}; loads nothing native. */
  public OnednnBackendProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return 50;
  }

  @Override
  public Availability probe() {
    try {
      Optional<String> obstacle = obstacle();
      if (obstacle.isPresent()) {
        return new Availability.Unavailable(obstacle.get(), null);
      }
      return new Availability.Available(
          arithmetic().label()
              + " products by oneDNN, the rest in "
              + CpuBackendProvider.describeKernels());
    } catch (IllegalArgumentException e) {
      return new Availability.Unavailable(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public TensorBackend open(BackendOptions options) {
    Optional<String> obstacle = obstacle();
    if (obstacle.isPresent()) {
      throw new BackendUnavailableException("onednn: unavailable, " + obstacle.get());
    }
    return open(arithmetic(), options);
  }

  /** Opens the backend whatever is the best choice here. */
  static TensorBackend open(Arithmetic arithmetic, BackendOptions options) {
    OnednnMultiplier multiplier = OnednnMultiplier.open(arithmetic);
    try {
      return CpuBackendProvider.open(multiplier, options);
    } catch (RuntimeException | Error e) {
      multiplier.close();
      throw e;
    }
  }

  private static Arithmetic arithmetic() {
    return Arithmetic.requested().orElse(Arithmetic.BF16);
  }

  private static Optional<String> obstacle() {
    return Machine.here().obstacle(Arithmetic.requested()).or(NativeLibrary::systemObstacle);
  }
}
