package io.diffucoder;

import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorBackendProvider;

/** A preferred backend whose device is on no machine. */
public final class AbsentBackendProvider implements TensorBackendProvider {
  /** Found by {@link java.util.ServiceLoader}. */
  public AbsentBackendProvider() {}

  @Override
  public String name() {
    return "absent";
  }

  @Override
  public int priority() {
    return 100;
  }

  @Override
  public Availability probe() {
    return new Availability.Unavailable("no such device was ever made", null);
  }

  @Override
  public TensorBackend open(BackendOptions options) {
    throw new AssertionError("a backend that is not available is opened");
  }
}
