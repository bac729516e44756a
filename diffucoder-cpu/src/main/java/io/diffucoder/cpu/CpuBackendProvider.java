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
    return open(new OwnKernels(KernelChoice.ofThisJvm()), options);
  }

  /**
   * Opens this backend with another multiplier, which it closes.
   *
   * @throws IllegalArgumentException if the system property for the vector width is none
   */
  public static TensorBackend open(Multiplier multiplier, BackendOptions options) {
    Notice.giveOnce();
    int threads = options.threads() == 0 ? processors() : options.threads();
    return new CpuBackend(multiplier, KernelChoice.ofThisJvm().kernels(), threads);
  }

  /**
   * The loops that run besides the multiplier's, in a few words.
   *
   * @throws IllegalArgumentException if the system property for the vector width is none
   */
  public static String describeKernels() {
    return KernelChoice.ofThisJvm().describe();
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }
}
