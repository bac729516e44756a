package io.diffucoder.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CudaSettingsTest {

  @AfterEach
  void clear() {
    System.clearProperty(CudaSettings.ARITHMETIC);
    System.clearProperty(CudaSettings.PRODUCTS);
    System.clearProperty(CudaSettings.DEVICE);
  }

  @Test
  void without_properties_the_defaults_hold() {
    assertThat(CudaSettings.ofThisJvm())
        .isEqualTo(CudaSettings.DEFAULTS)
        .isEqualTo(new CudaSettings(Arithmetic.BF16, CudaSettings.ProductChoice.AUTO, 0));
  }

  @Test
  void properties_are_read_in_any_case() {
    System.setProperty(CudaSettings.ARITHMETIC, "f32");
    System.setProperty(CudaSettings.PRODUCTS, "cuBLASLt");
    System.setProperty(CudaSettings.DEVICE, "7");

    assertThat(CudaSettings.ofThisJvm())
        .isEqualTo(new CudaSettings(Arithmetic.F32, CudaSettings.ProductChoice.CUBLASLT, 7));
  }

  @Test
  void an_arithmetic_that_does_not_exist_is_told_with_those_that_do() {
    System.setProperty(CudaSettings.ARITHMETIC, "int8");

    assertThatIllegalArgumentException()
        .isThrownBy(CudaSettings::ofThisJvm)
        .withMessage("diffucoder.cuda.arithmetic must be one of bf16, fp8, f32, got 'int8'");
  }

  @Test
  void products_of_nobody_are_told_with_those_of_somebody() {
    System.setProperty(CudaSettings.PRODUCTS, "");

    assertThatIllegalArgumentException()
        .isThrownBy(CudaSettings::ofThisJvm)
        .withMessage("diffucoder.cuda.products must be one of auto, own, cublaslt, got ''");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "", "GPU-8c3a", "0x1", "1000"})
  void what_is_not_the_number_of_a_gpu_is_told(String label) {
    System.setProperty(CudaSettings.DEVICE, label);

    assertThatIllegalArgumentException()
        .isThrownBy(CudaSettings::ofThisJvm)
        .withMessage(
            "diffucoder.cuda.device must be the number of a GPU, 0 for the first, got '%s'"
                .formatted(label));
  }
}
