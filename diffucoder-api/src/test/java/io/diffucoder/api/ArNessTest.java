package io.diffucoder.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArNessTest {

  /** Reference 5.1: the order 1, 2, 4, 3. */
  @Test
  void scores_the_worked_example() {
    ArNess arNess = new ArNess(List.of(1, 2, 4, 3));

    assertThat(arNess.local(1)).isEqualTo(0.5);
    assertThat(arNess.global(1)).isEqualTo(0.75);
    assertThat(arNess.global(2)).isEqualTo(1);
  }

  @Test
  void scores_one_for_left_to_right_at_any_depth() {
    ArNess arNess = new ArNess(List.of(10, 11, 12, 13, 14));

    for (int k = 1; k <= 9; k++) {
      assertThat(arNess.local(k)).isEqualTo(1);
      assertThat(arNess.localAsSets(k)).isEqualTo(1);
      assertThat(arNess.global(k)).isEqualTo(1);
    }
  }

  @Test
  void scores_right_to_left_by_its_last_commit_alone() {
    ArNess arNess = new ArNess(List.of(4, 3, 2, 1));

    assertThat(arNess.local(1)).isZero();
    assertThat(arNess.global(1)).isEqualTo(0.25);
    assertThat(arNess.global(4)).isEqualTo(1);
  }

  /** 1, 3, 2, 4: before 4 stand 2 and 3, in the wrong order for a run, as a set the right ones. */
  @Test
  void accepts_any_order_of_the_preceding_run_when_counted_as_sets() {
    ArNess arNess = new ArNess(List.of(1, 3, 2, 4));

    assertThat(arNess.local(2)).isEqualTo(0.25);
    assertThat(arNess.localAsSets(2)).isEqualTo(0.5);
  }

  @Test
  void is_one_for_no_commits_and_rejects_nonsense() {
    assertThat(new ArNess(List.of()).local(1)).isEqualTo(1);
    assertThat(new ArNess(List.of()).global(1)).isEqualTo(1);
    assertThatThrownBy(() -> new ArNess(List.of(1)).local(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ArNess(List.of(1, 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
