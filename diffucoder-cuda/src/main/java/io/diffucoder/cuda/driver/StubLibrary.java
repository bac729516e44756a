package io.diffucoder.cuda.driver;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A shared library for Linux with a name and nothing else. The binding's library holds the CUDA
 * runtime's functions beside the driver's, so it does not load without {@code libcudart.so.13},
 * which comes with the toolkit and not with the driver. None of the runtime's functions is called
 * here, and they are bound when they are first called; an empty library of that name will do.
 *
 * <p>ELF-64 after the System V ABI (gABI 4.1, chapters 4 and 5): a header, one loaded segment with
 * the dynamic section, a string table, a symbol table of the one null symbol, and its hash table.
 */
final class StubLibrary {
  private static final int HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int PROGRAM_HEADERS = 3;
  private static final int DYNAMIC = HEADER + PROGRAM_HEADERS * PROGRAM_HEADER;
  private static final int DYNAMIC_ENTRIES = 7;
  private static final int SYMBOLS = DYNAMIC + DYNAMIC_ENTRIES * 16;
  private static final int SYMBOL = 24;
  private static final int HASH = SYMBOLS + SYMBOL;
  private static final int STRINGS = HASH + 16;

  /** The largest pages of the processors below; the loader takes no smaller alignment than its. */
  private static final long LARGEST_PAGE = 1 << 16;

  private static final short X86_64 = 62;
  private static final short AARCH64 = 183;

  private StubLibrary() {}

  /**
   * The file's bytes.
   *
   * @param name what the library is called when others need it
   * @param arch {@code os.arch}
   */
  static byte[] of(String name, String arch) {
    byte[] string = name.getBytes(US_ASCII);
    int stringsSize = string.length + 2; // a 0 before it and behind it
    int size = STRINGS + stringsSize;
    ByteBuffer elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    header(elf, arch.equals("aarch64") ? AARCH64 : X86_64);
    program(elf, 1, 6, 0, size); // PT_LOAD, readable and writable: the loader writes into it
    program(elf, 2, 6, DYNAMIC, DYNAMIC_ENTRIES * 16); // PT_DYNAMIC
    program(elf, 0x6474e551, 6, 0, 0); // PT_GNU_STACK: the stack need not be executable
    dynamic(elf, 14, 1); // DT_SONAME
    dynamic(elf, 4, HASH); // DT_HASH
    dynamic(elf, 5, STRINGS); // DT_STRTAB
    dynamic(elf, 6, SYMBOLS); // DT_SYMTAB
    dynamic(elf, 10, stringsSize); // DT_STRSZ
    dynamic(elf, 11, SYMBOL); // DT_SYMENT
    dynamic(elf, 0, 0); // DT_NULL
    elf.position(HASH).putInt(1).putInt(1).putInt(0).putInt(0); // one bucket, the null symbol
    elf.position(STRINGS + 1).put(string);
    return elf.array();
  }

  private static void header(ByteBuffer elf, short machine) {
    elf.put((byte) 0x7F).put("ELF".getBytes(US_ASCII));
    elf.put((byte) 2).put((byte) 1).put((byte) 1); // 64 bits, little-endian, version 1
    elf.position(16);
    elf.putShort((short) 3).putShort(machine).putInt(1); // ET_DYN
    elf.putLong(0).putLong(HEADER).putLong(0); // no entry, program headers, no sections
    elf.putInt(0).putShort((short) HEADER);
    elf.putShort((short) PROGRAM_HEADER).putShort((short) PROGRAM_HEADERS);
    elf.putShort((short) 0).putShort((short) 0).putShort((short) 0);
  }

  private static void program(ByteBuffer elf, int type, int flags, long at, long size) {
    elf.putInt(type).putInt(flags).putLong(at).putLong(at).putLong(at);
    elf.putLong(size).putLong(size).putLong(type == 1 ? LARGEST_PAGE : 8);
  }

  private static void dynamic(ByteBuffer elf, long tag, long value) {
    elf.putLong(tag).putLong(value);
  }
}
