package io.diffucoder.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The values of the SPI say what they reject, and why. */
class SpiValuesTest {

  @Test
  void a_token_filter_rejects_what_makes_no_distribution() {
    assertThatThrownBy(() -> new TokenFilter(-1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("temperature must be at least 0 and finite, got -1.0");
    assertThatThrownBy(() -> new TokenFilter(Float.NaN, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TokenFilter(1, 1.5f, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("topP must be between 0 and 1, got 1.5");
    assertThatThrownBy(() -> new TokenFilter(1, 1, -3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("topK must be positive, or 0 to keep all, got -3");
  }

  @Test
  void a_token_filter_knows_whether_it_cuts() {
    assertThat(TokenFilter.GREEDY.cuts()).isFalse();
    assertThat(new TokenFilter(0, 0.9f, 0).cuts()).isTrue();
    assertThat(new TokenFilter(0, 1, 5).cuts()).isTrue();
  }

  @Test
  void a_token_set_is_sorted_without_repetitions() {
    TokenSet set = TokenSet.of(7, 3, 7, 5);

    assertThat(set.size()).isEqualTo(3);
    assertThat(set.id(0)).isEqualTo(3);
    assertThat(set.contains(5)).isTrue();
    assertThat(set.contains(4)).isFalse();
    assertThat(set.toBitSet(6).cardinality()).isEqualTo(2);
    assertThat(set).isEqualTo(TokenSet.of(3, 5, 7)).hasToString("TokenSet[3, 5, 7]");
    assertThat(set.hashCode()).isEqualTo(TokenSet.of(3, 5, 7).hashCode());
    assertThat(TokenSet.of()).isSameAs(TokenSet.NONE);
    assertThatThrownBy(() -> TokenSet.of(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_weight_source_needs_exactly_its_bytes() {
    try (Arena arena = Arena.ofConfined()) {
      assertThat(new WeightSource("w", 3, 5, DType.BF16, arena.allocate(30)).rows()).isEqualTo(3);
      assertThatThrownBy(() -> new WeightSource("w", 3, 5, DType.F32, arena.allocate(30)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("weight 'w' is F32 (3, 5) and needs 60 bytes, got 30");
      assertThatThrownBy(() -> new WeightSource("w", 0, 5, DType.F32, arena.allocate(30)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("weight 'w' needs positive sizes, got (0, 5)");
    }
  }

  @Test
  void a_weight_in_blocks_needs_rows_of_whole_blocks() {
    try (Arena arena = Arena.ofConfined()) {
      assertThat(new WeightSource("w", 3, 64, DType.Q4_0, arena.allocate(108)).cols())
          .isEqualTo(64);
      assertThatThrownBy(() -> new WeightSource("w", 2, 48, DType.Q8_0, arena.allocate(102)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("weight 'w' is Q8_0 (2, 48) and needs rows of whole blocks of 32 numbers");
    }
  }

  @Test
  void a_type_counts_the_bytes_of_whole_blocks() {
    assertThat(DType.Q4_K.bytes(512)).isEqualTo(288);
    assertThat(DType.Q4_K.isQuantised()).isTrue();
    assertThat(DType.F16.isQuantised()).isFalse();
    assertThatThrownBy(() -> DType.Q6_K.bytes(255))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Q6_K holds blocks of 256 numbers, got 255");
  }

  @Test
  void a_weight_format_names_the_type_it_makes() {
    assertThat(WeightFormat.AS_STORED.of(DType.Q5_K)).isEqualTo(DType.Q5_K);
    assertThat(WeightFormat.F32.of(DType.BF16)).isEqualTo(DType.F32);
    assertThat(WeightFormat.F16.of(DType.BF16)).isEqualTo(DType.F16);
    assertThat(WeightFormat.BF16.of(DType.F32)).isEqualTo(DType.BF16);
    assertThat(WeightFormat.Q8_0.of(DType.BF16)).isEqualTo(DType.Q8_0);
    assertThat(WeightFormat.Q4_0.of(DType.F32)).isEqualTo(DType.Q4_0);
  }

  @Test
  void rope_needs_an_even_head_width_and_a_positive_base() {
    assertThat(new RopeSpec(128, 1e6).inverseFrequency(0)).isEqualTo(1);
    assertThat(new RopeSpec(4, 1e4).inverseFrequency(1)).isEqualTo(0.01f);
    assertThatThrownBy(() -> new RopeSpec(7, 1e6)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RopeSpec(8, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void scores_need_five_arrays_of_one_length_and_can_be_cut() {
    Scores scores = Scores.ofRows(3);
    scores.token()[2] = 9;

    assertThat(scores.slice(2, 1).token()).containsExactly(9);
    assertThat(scores.slice(2, 1).rows()).isEqualTo(1);
    assertThatThrownBy(
            () -> new Scores(new int[1], new float[1], new float[2], new float[1], new float[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scores need five arrays of one length, got 1, 1, 2, 1, 1");
  }

  @Test
  void row_ranges_and_options_reject_negative_numbers() {
    assertThat(new RowRange(2, 3).end()).isEqualTo(5);
    assertThatThrownBy(() -> new RowRange(-1, 3)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RowRange(Integer.MAX_VALUE, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(BackendOptions.DEFAULTS.threads()).isZero();
    assertThatThrownBy(() -> new BackendOptions(-2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("threads must be positive, or 0 for the backend's choice, got -2");
  }

  @Test
  void a_backends_formats_cannot_be_changed_from_outside() {
    BackendInfo info =
        new BackendInfo(
            "x", BackendInfo.Kind.CPU, "a device", 1, DType.F32, Set.of(WeightFormat.AS_STORED));

    assertThatThrownBy(() -> info.weightFormats().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(new Availability.Unavailable("no", null).cause()).isNull();
    assertThat(new Availability.Available("yes").info()).isEqualTo("yes");
    assertThat(DType.BF16.bytes(3)).isEqualTo(6);
    assertThat(ScoreSpec.greedy().measured()).isEqualTo(ScoreSpec.Measured.FILTERED);
  }
}
