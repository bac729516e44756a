package io.diffucoder.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class AttentionSpecTest {

  @Test
  void covers_one_canvas_with_one_segment() {
    AttentionSpec spec = AttentionSpec.full(4, 2, 16, 5, 9);

    assertThat(spec.queryRows()).isEqualTo(5);
    assertThat(spec.keyRowsNeeded()).isEqualTo(9);
    assertThat(spec.segments().getFirst().keyCount()).isEqualTo(9);
  }

  @Test
  void rejects_heads_that_the_kv_heads_do_not_divide() {
    assertThatThrownBy(() -> AttentionSpec.full(7, 2, 16, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("heads 7, kvHeads 2");
  }

  @Test
  void rejects_a_gap_between_segments() {
    var first = new AttentionSpec.Segment(new RowRange(0, 2), List.of(new RowRange(0, 2)));
    var second = new AttentionSpec.Segment(new RowRange(3, 1), List.of(new RowRange(0, 2)));

    assertThatThrownBy(() -> new AttentionSpec(1, 1, 2, List.of(first, second)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the next row is 2");
  }
}
