package io.diffucoder.cuda;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/** The symbols that a library for Linux needs from others: ELF-64 after the System V ABI. */
final class NeededSymbols {
  private static final int DYNAMIC_SYMBOLS = 11;
  private static final int SYMBOL_BYTES = 24;

  private NeededSymbols() {}

  /** Those of a library that is a resource. */
  static Set<String> of(String resource) throws IOException {
    try (InputStream library =
        Objects.requireNonNull(NeededSymbols.class.getResourceAsStream(resource), resource)) {
      return of(ByteBuffer.wrap(library.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  private static Set<String> of(ByteBuffer elf) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < elf.getShort(60); i++) {
      int section = section(elf, i);
      if (elf.getInt(section + 4) == DYNAMIC_SYMBOLS) {
        int strings = (int) elf.getLong(section(elf, elf.getInt(section + 40)) + 24);
        int first = (int) elf.getLong(section + 24);
        int end = first + (int) elf.getLong(section + 32);
        for (int symbol = first; symbol < end; symbol += SYMBOL_BYTES) {
          if (elf.getShort(symbol + 6) == 0) { // in no section of this library
            names.add(string(elf, strings + elf.getInt(symbol)));
          }
        }
      }
    }
    return names;
  }

  /** Where the header of a section is. */
  private static int section(ByteBuffer elf, int number) {
    return (int) elf.getLong(40) + number * elf.getShort(58);
  }

  private static String string(ByteBuffer elf, int at) {
    int end = at;
    while (elf.get(end) != 0) {
      end++;
    }
    byte[] text = new byte[end - at];
    elf.get(at, text);
    return new String(text, US_ASCII);
  }
}
