package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.tck.ProductRounding;
import io.diffucoder.tck.TensorBackendContract;
import org.junit.jupiter.api.Tag;

/** Keeps every rule of the kit on the GPU of this machine, as users get it. */
@Tag("gpu")
class CudaGpuTest extends TensorBackendContract {
  /** Keeps the driver's context, whose making takes a good part of a second; ends with the JVM. */
  private static final class Context {
    static final TensorBackend KEPT = new CudaBackendProvider().open(BackendOptions.DEFAULTS);

    private Context() {}
  }

  @Override
  public TensorBackend openBackend() {
    return open();
  }

  @Override
  public ProductRounding productRounding() {
    return ProductRounding.BFLOAT16;
  }

  /** The backend that the system properties ask for; the test is skipped where there is no GPU. */
  static TensorBackend open() {
    CudaBackendProvider provider = new CudaBackendProvider();
    assumeThat(provider.probe())
        .as("why there is no GPU here")
        .isInstanceOf(Availability.Available.class);
    assertThat(Context.KEPT.info().name()).isEqualTo(provider.name());
    return provider.open(BackendOptions.DEFAULTS);
  }

  /** The same with settings of its own. */
  static TensorBackend open(Arithmetic arithmetic, CudaSettings.ProductChoice products) {
    open().close(); // skips
    return CudaBackendProvider.open(
        new CudaSettings(arithmetic, products, CudaSettings.ofThisJvm().device()),
        KernelImages.ofThisRelease());
  }
}
