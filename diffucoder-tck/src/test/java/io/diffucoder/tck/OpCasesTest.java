package io.diffucoder.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpCasesTest {

  @Test
  void every_size_is_once_the_rows_the_input_and_the_output() {
    Integer[] sizes = Arrays.stream(OpCases.sizes()).boxed().toArray(Integer[]::new);
    List<OpCases.Shape> shapes = OpCases.shapes();

    assertThat(shapes).extracting(OpCases.Shape::rows).contains(sizes);
    assertThat(shapes).extracting(OpCases.Shape::in).contains(sizes);
    assertThat(shapes).extracting(OpCases.Shape::out).contains(sizes);
  }

  @Test
  void numbers_depend_on_the_seed_alone() {
    assertThat(OpCases.values(3, 5, 1)).isEqualTo(OpCases.values(3, 5, 1));
    assertThat(OpCases.values(3, 5, 1)).isNotEqualTo(OpCases.values(3, 5, 2));
  }

  @Test
  void numbers_include_zeros_equals_and_large_magnitudes() {
    Matrix values = OpCases.values(65, 65, 1);

    assertThat(values.values()).contains(0f, 0.75f);
    assertThat(values.maxAbs()).isBetween(100f, 1000f);
  }

  @Test
  void distinct_indices_do_not_repeat() {
    assertThat(OpCases.distinct(33, 63, 1)).hasSize(33).doesNotHaveDuplicates();
    assertThat(OpCases.distinct(5, 5, 1)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
  }
}
