package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void writes_maps_lists_numbers_and_booleans() {
    assertThat(Json.of(List.of(Map.of("a", 1), 2.5, 3L, true, List.of(), Map.of())))
        .isEqualTo("[{\"a\":1},2.5,3,true,[],{}]");
  }

  @Test
  void numbers_that_json_lacks_are_null() {
    assertThat(Json.of(List.of(Double.NaN, Double.POSITIVE_INFINITY))).isEqualTo("[null,null]");
  }

  @Test
  void strings_hold_neither_tags_nor_line_separators_nor_anything_beyond_ascii() {
    assertThat(Json.of("</script>\"\\\n\u2028é\uD800&"))
        .isEqualTo("\"\\u003c/script\\u003e\\\"\\\\\\n\\u2028\\u00e9\\ud800\\u0026\"");
  }

  @Test
  void other_values_are_rejected() {
    assertThatIllegalArgumentException().isThrownBy(() -> Json.of('c'));
  }
}
