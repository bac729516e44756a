package io.diffucoder.cuda;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorBackendProvider;

/** The NVIDIA GPU backend. This release has no kernels: it is unavailable and says why. */
public final class CudaBackendProvider implements TensorBackendProvider {

  /** Found by {@link java.util.ServiceLoader}; loads nothing native. */
  public CudaBackendProvider() {}

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public int priority() {
    return 100;
  }

  @Override
  public Availability probe() {
    return new Availability.Unavailable(CudaDriver.inspect().reason(), null);
  }

  @Override
  public TensorBackend open(BackendOptions options) {
    throw new BackendUnavailableException("cuda: unavailable, " + CudaDriver.inspect().reason());
  }
}
