package io.diffucoder.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8RepairTest {

  /** Expected: what Python's {@code bytes.decode("utf-8", "replace")} returns. */
  @ParameterizedTest
  @CsvSource({
    "e282ac, €",
    "f09f9880, 😀",
    "e282, \uFFFD",
    "f09f98, \uFFFD",
    "c3, \uFFFD",
    "80, \uFFFD",
    "fe, \uFFFD",
    "c080, \uFFFD\uFFFD",
    "e08080, \uFFFD\uFFFD\uFFFD",
    "eda080, \uFFFD\uFFFD\uFFFD",
    "f4908080, \uFFFD\uFFFD\uFFFD\uFFFD",
    "f0808080, \uFFFD\uFFFD\uFFFD\uFFFD",
    "e2288ca1, \uFFFD(\uFFFD\uFFFD",
    "41e29841, A\uFFFDA",
    "f09f41, \uFFFDA",
    "c2c2a9, \uFFFD©",
    "e282e282ac, \uFFFD€",
  })
  void replaces_every_maximal_ill_formed_part_once(String hex, String text) {
    assertThat(decode(HexFormat.of().parseHex(hex))).isEqualTo(text);
  }

  @Test
  void decodes_every_well_formed_character() {
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        String text = Character.toString(codePoint);
        assertThat(decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
      }
    }
  }

  @Test
  void never_changes_well_formed_text_and_never_passes_ill_formed_text() {
    Random random = new Random(7);
    byte[] bytes = new byte[6];
    for (int round = 0; round < 20_000; round++) {
      random.nextBytes(bytes);
      String decoded = decode(bytes);

      assertThat(decoded.indexOf('\uFFFD') < 0).isEqualTo(isWellFormed(bytes));
    }
  }

  private static boolean isWellFormed(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).hasRemaining();
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static String decode(byte[] bytes) {
    Utf8Repair repair = new Utf8Repair();
    StringBuilder out = new StringBuilder();
    for (byte b : bytes) {
      repair.accept(b, out);
    }
    repair.finish(out);
    return out.toString();
  }
}
