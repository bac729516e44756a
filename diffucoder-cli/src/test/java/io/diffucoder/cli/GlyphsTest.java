package io.diffucoder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GlyphsTest {
  @Test
  void no_code_point_below_the_surrogates_stays_a_control_or_format_character() {
    assertThat(IntStream.range(0, 0xD800).map(Glyphs::visible).filter(GlyphsTest::acts)).isEmpty();
  }

  private static boolean acts(int codePoint) {
    int type = Character.getType(codePoint);
    return codePoint != 0x200D && (type == Character.CONTROL || type == Character.FORMAT);
  }

  @Test
  void a_lone_surrogate_becomes_a_replacement_character() {
    assertThat(Glyphs.visible("a\uD800b")).isEqualTo("a\uFFFDb");
  }

  @Test
  void letters_take_one_column_ideographs_and_emoji_two_marks_none() {
    assertThat(Glyphs.width('a')).isEqualTo(1);
    assertThat(Glyphs.width('é')).isEqualTo(1);
    assertThat(Glyphs.width('░')).isEqualTo(1);
    assertThat(Glyphs.width('漢')).isEqualTo(2);
    assertThat(Glyphs.width('ｗ')).isEqualTo(2);
    assertThat(Glyphs.width(0x1F600)).isEqualTo(2);
    assertThat(Glyphs.width(0x0301)).isZero();
    assertThat(Glyphs.width(0x200D)).isZero();
  }
}
