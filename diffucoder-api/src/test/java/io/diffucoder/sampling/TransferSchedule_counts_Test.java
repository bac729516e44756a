package io.diffucoder.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The counts of reference 3.5.3, written by hand as value×repetitions. */
class TransferSchedule_counts_Test {

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          4,    4,   0 1x2 2
          8,    8,   0 1x6 2
          256,  256, 0 1x254 2
          512,  512, 0 1x510 2
          1024, 1024, 0x2 1x1021 3
          8,    4,   1 2x2 3
          256,  128, 1 2x126 3
          512,  256, 1 2x254 3
          256,  64,  3 4x62 5
          256,  32,  7 8x30 9
          64,   16,  3 4x14 5
          128,  32,  3 4x30 5
          10,   4,   2x3 4
          6,    3,   1 2 3
          8,    3,   2x2 4
          7,    5,   1x4 3
          100,  30,  3x21 4x8 5
          768,  512, 1x258 2x253 4
          5,    8,   0x4 1x3 2
          4,    16,  0x13 1x2 2
          256,  512, 0x257 1x254 2
          256,  1,   256
          256,  85,  3x84 4
          """)
  void commits_as_many_as_the_reference(int masked, int steps, String expected) {
    assertThat(counts(masked, TransferSchedule.ofSteps(steps))).isEqualTo(expand(expected));
  }

  @Test
  void commits_every_mask_and_never_fewer_than_none() {
    for (int steps : new int[] {1, 2, 3, 7, 31, 64, 100, 333}) {
      for (int masked = 1; masked < 400; masked += 13) {
        List<Integer> counts = counts(masked, TransferSchedule.ofSteps(steps));

        assertThat(counts).allMatch(count -> count >= 0);
        assertThat(counts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(masked);
      }
    }
  }

  @Test
  void has_the_reference_grid_for_four_steps() {
    TransferSchedule schedule = TransferSchedule.ofSteps(4);

    assertThat(schedule.fraction(0)).isEqualTo(0.249750f, within(1e-6f));
    assertThat(schedule.fraction(1)).isEqualTo(0.332889f, within(1e-6f));
    assertThat(schedule.fraction(2)).isEqualTo(0.499001f, within(1e-6f));
    assertThat(schedule.fraction(3)).isEqualTo(1);
  }

  @Test
  void rejects_values_that_make_no_grid() {
    assertThatThrownBy(() -> TransferSchedule.ofSteps(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("steps must be positive, got 0");
    assertThatThrownBy(() -> new TransferSchedule(4, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("finalTimestep (eps) must be between 0 and 1, got 1.0");
    assertThatThrownBy(() -> new TransferSchedule(4, Float.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TransferSchedule.ofSteps(4).fraction(4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("step must be in 0 … 3, got 4");
  }

  private static org.assertj.core.data.Offset<Float> within(float bound) {
    return org.assertj.core.data.Offset.offset(bound);
  }

  private static List<Integer> counts(int masked, TransferSchedule schedule) {
    List<Integer> counts = new ArrayList<>();
    for (int step = 0; step < schedule.steps(); step++) {
      counts.add(schedule.quota(masked, step));
      masked -= counts.getLast();
    }
    return counts;
  }

  private static List<Integer> expand(String runs) {
    List<Integer> counts = new ArrayList<>();
    for (String run : runs.trim().split(" ", -1)) {
      String[] parts = run.split("x", -1);
      int repetitions = parts.length == 1 ? 1 : Integer.parseInt(parts[1]);
      for (int i = 0; i < repetitions; i++) {
        counts.add(Integer.parseInt(parts[0]));
      }
    }
    return counts;
  }
}
