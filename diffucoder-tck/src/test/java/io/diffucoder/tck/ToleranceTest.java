package io.diffucoder.tck;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ToleranceTest {
  private final Tolerance percent = new Tolerance(0.01);

  @Test
  void accepts_what_is_within_the_bound_of_the_magnitude() {
    Matrix expected = Matrix.row(0, 10);
    Matrix magnitude = Matrix.row(1, 100);

    assertThatCode(() -> percent.check("add", expected, magnitude, Matrix.row(0.005f, 10.9f)))
        .doesNotThrowAnyException();
  }

  @Test
  void names_the_operation_the_shape_and_the_first_wrong_element() {
    Matrix expected = Matrix.of(2, 2, 1, 2, 4, 8);

    assertThatThrownBy(() -> percent.check("add", expected, Matrix.of(2, 2, 1, 2, 5, 9)))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "add: shape (2, 2): first wrong element (row 1, col 0): expected 4.00000000, got"
                + " 5.00000000, bound 0.0400; 2 of 4 are wrong");
  }

  @Test
  void a_nan_equals_only_a_nan_and_an_infinity_only_itself() {
    float nan = Float.NaN;
    float inf = Float.POSITIVE_INFINITY;

    assertThatCode(() -> percent.check("add", Matrix.row(nan, inf), Matrix.row(nan, inf)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> percent.check("add", Matrix.row(1), Matrix.row(nan)))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> percent.check("add", Matrix.row(nan), Matrix.row(1)))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> percent.check("add", Matrix.row(inf), Matrix.row(1)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void shapes_must_be_equal() {
    assertThatThrownBy(() -> percent.check("add", Matrix.row(1, 2), Matrix.row(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessage("add: needs shape (1, 2), got (1, 1)");
  }
}
