package io.diffucoder.cuda;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.cuda.driver.Device;
import io.diffucoder.cuda.driver.LibraryProducts;
import io.diffucoder.cuda.driver.NvidiaLibraries;
import java.util.Optional;

/** Decides whether cuBLASLt multiplies. */
final class ProductLibrary {
  /**
   * From here on a GPU has matrix instructions (wgmma) that the library uses and the own kernels do
   * not.
   */
  private static final int CAPABILITY_AHEAD_OF_OWN_KERNELS = 90;

  /** Weights of the layers' small projections are read too fast for a library to be faster. */
  private static final long LEAST_NUMBERS = 4L << 20;

  private ProductLibrary() {}

  /**
   * The library, if it is to be used.
   *
   * @throws BackendUnavailableException if it was asked for and is not found
   */
  static Optional<LibraryProducts> open(CudaSettings settings, Device device) {
    boolean found = LibraryProducts.LIBRARIES.stream().allMatch(NvidiaLibraries::isPresent);
    return switch (settings.products()) {
      case OWN -> Optional.empty();
      case AUTO ->
          found
                  && settings.arithmetic() == Arithmetic.BF16
                  && device.facts().capability() >= CAPABILITY_AHEAD_OF_OWN_KERNELS
              ? Optional.of(LibraryProducts.open(device, LEAST_NUMBERS))
              : Optional.empty();
      case CUBLASLT -> {
        if (!found) {
          throw new BackendUnavailableException(
              "cuda: unavailable, %s=cublaslt was asked for and %s is not found; install CUDA 13's cuBLAS, or choose own"
                  .formatted(
                      CudaSettings.PRODUCTS, String.join(" or ", LibraryProducts.LIBRARIES)));
        }
        yield Optional.of(LibraryProducts.open(device, 1));
      }
    };
  }
}
