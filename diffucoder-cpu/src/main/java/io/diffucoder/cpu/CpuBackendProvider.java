package io.diffucoder.cpu;

import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorBackendProvider;

/**
 * The backend that runs everywhere. Mentions no type of the Vector API, whose absence would
 * otherwise break the search for all backends.
 */
public final class CpuBackendProvider implements TensorBackendProvider {
  private static final System.Logger LOG = System.getLogger("io.diffucoder.cpu");

  /** Logs when it is first used: once in a JVM. */
  private static final class Notice {
    static {
      if (KernelChoice.ofThisJvm() instanceof KernelChoice.Scalar scalar) {
        scalar
            .advice()
            .ifPresent(advice ->
                LOG.log(System.Logger.Level.WARNING, "cpu: running scalar code; " + advice));
      }
    }

    private Notice() {}

    static void giveOnce() {}
  }

  /** Found by {@link java.util.ServiceLoader}. */
  public CpuBackendProvider() {}

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Availability probe() {
    try {
      return new Availability.Available(
          processors() + " processors, " + KernelChoice.ofThisJvm().describe());
    } catch (IllegalArgumentException e) {
      return new Availability.Unavailable(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public TensorBackend open(BackendOptions options) {
    Notice.giveOnce();
    KernelChoice choice = KernelChoice.ofThisJvm();
    int threads = options.threads() == 0 ? processors() : options.threads();
    return new CpuBackend(choice, threads);
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }
}
