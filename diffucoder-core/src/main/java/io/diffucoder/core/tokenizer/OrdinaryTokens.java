package io.diffucoder.core.tokenizer;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.OptionalInt;

/** The tokens that are made of bytes: id → bytes, and spelling in the byte alphabet → id. */
final class OrdinaryTokens {
  private final Map<String, Integer> idOfSpelling;
  private final BitSet defined = new BitSet();
  private final byte[] bytes;
  private final int[] ends;

  /**
   * Creates the tokens.
   *
   * @param idOfSpelling distinct small ids for texts in the byte alphabet; kept, not copied
   */
  OrdinaryTokens(Map<String, Integer> idOfSpelling) {
    this.idOfSpelling = idOfSpelling;
    idOfSpelling.values().forEach(defined::set);
    ends = new int[defined.length()];
    idOfSpelling.forEach((spelling, id) -> ends[id] = spelling.length());
    for (int id = 1; id < ends.length; id++) {
      ends[id] += ends[id - 1];
    }
    bytes = new byte[ends.length == 0 ? 0 : ends[ends.length - 1]];
    idOfSpelling.forEach(this::fill);
  }

  private void fill(String spelling, int id) {
    int begin = begin(id);
    for (int i = 0; i < spelling.length(); i++) {
      bytes[begin + i] = (byte) ByteAlphabet.byteOf(spelling.charAt(i));
    }
  }

  /** The ids that are tokens. */
  BitSet defined() {
    return (BitSet) defined.clone();
  }

  boolean isDefined(int id) {
    return defined.get(id);
  }

  /** The token of exactly these bytes. */
  OptionalInt idOf(byte[] utf8) {
    Integer id = idOfSpelling.get(ByteAlphabet.spell(utf8));
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** A defined token's bytes in the byte alphabet. */
  String spelling(int id) {
    return ByteAlphabet.spell(Arrays.copyOfRange(bytes, begin(id), ends[id]));
  }

  /** Feeds a defined token's bytes to a decoder. */
  void decode(int id, Utf8Repair utf8, StringBuilder out) {
    for (int i = begin(id); i < ends[id]; i++) {
      utf8.accept(bytes[i], out);
    }
  }

  private int begin(int id) {
    return id == 0 ? 0 : ends[id - 1];
  }
}
