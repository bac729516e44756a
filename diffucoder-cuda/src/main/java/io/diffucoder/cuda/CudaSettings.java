package io.diffucoder.cuda;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What users choose by system properties: {@value #ARITHMETIC} ({@code bf16}, {@code fp8} or {@code
 * f32}), {@value #PRODUCTS} ({@code auto}, {@code own} or {@code cublaslt}) and {@value #DEVICE} (a
 * number, as nvidia-smi counts).
 *
 * @param arithmetic what is computed in
 * @param products whose matrix products
 * @param device which GPU
 */
record CudaSettings(Arithmetic arithmetic, ProductChoice products, int device) {
  static final String ARITHMETIC = "diffucoder.cuda.arithmetic";
  static final String PRODUCTS = "diffucoder.cuda.products";
  static final String DEVICE = "diffucoder.cuda.device";

  /** Whose matrix products are used. */
  enum ProductChoice {
    /** cuBLASLt's where it is found and the GPU has instructions that the own kernels lack. */
    AUTO,
    /** The own kernels', which need the driver alone. */
    OWN,
    /** cuBLASLt's, for all matrices that it can multiply. */
    CUBLASLT
  }

  /** What is chosen if nothing is set. */
  static final CudaSettings DEFAULTS = new CudaSettings(Arithmetic.BF16, ProductChoice.AUTO, 0);

  /**
   * What the system properties say.
   *
   * @throws IllegalArgumentException if one of them is none of its values
   */
  static CudaSettings ofThisJvm() {
    return new CudaSettings(
        parse(ARITHMETIC, DEFAULTS.arithmetic()),
        parse(PRODUCTS, DEFAULTS.products()),
        ordinal(System.getProperty(DEVICE, "0")));
  }

  private static <E extends Enum<E>> E parse(String property, E byDefault) {
    String label = System.getProperty(property, byDefault.name());
    for (E value : byDefault.getDeclaringClass().getEnumConstants()) {
      if (value.name().equalsIgnoreCase(label)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "%s must be one of %s, got '%s'"
            .formatted(
                property,
                Arrays.stream(byDefault.getDeclaringClass().getEnumConstants())
                    .map(value -> value.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ")),
                label));
  }

  private static int ordinal(String label) {
    if (!label.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException(
          "%s must be the number of a GPU, 0 for the first, got '%s'".formatted(DEVICE, label));
    }
    return Integer.parseInt(label);
  }
}
