package io.diffucoder.core.tokenizer;

import java.util.Arrays;

/**
 * GPT-2's spelling of bytes as characters, in which the vocabulary and the merges are written: the
 * printable bytes of Latin-1 stand for themselves, the other 68 are U+0100, U+0101, … in ascending
 * order, so that no token holds a space or a control character.
 */
final class ByteAlphabet {
  private static final char[] CHAR_OF_BYTE = new char[256];
  private static final short[] BYTE_OF_CHAR = new short[0x100 + 68];

  static {
    Arrays.fill(BYTE_OF_CHAR, (short) -1);
    char next = 0x100;
    for (int value = 0; value < 256; value++) {
      char c = isPrintable(value) ? (char) value : next++;
      CHAR_OF_BYTE[value] = c;
      BYTE_OF_CHAR[c] = (short) value;
    }
  }

  private ByteAlphabet() {}

  private static boolean isPrintable(int value) {
    return (value >= 0x21 && value <= 0x7E)
        || (value >= 0xA1 && value <= 0xAC)
        || (value >= 0xAE && value <= 0xFF);
  }

  /** The character for a byte 0 … 255. */
  static char charOf(int value) {
    return CHAR_OF_BYTE[value];
  }

  /** The byte 0 … 255 for a character, or −1 if it is not of the alphabet. */
  static int byteOf(char c) {
    return c < BYTE_OF_CHAR.length ? BYTE_OF_CHAR[c] : -1;
  }

  /** Bytes as characters. */
  static String spell(byte[] bytes) {
    char[] chars = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      chars[i] = charOf(bytes[i] & 0xFF);
    }
    return new String(chars);
  }
}
