package io.diffucoder.core.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.diffucoder.api.ModelLoadException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads what comes before a GGUF file's tensors, front to back. Nothing is read or allocated that
 * is not there: a length or a count beyond the end is an error.
 */
final class GgufCursor {
  /** Far above any real file (6 MB at 7B), far below what would hurt. */
  private static final long LONGEST_HEADER = 64 << 20;

  private final String file;
  private final MemorySegment bytes;
  private final boolean whole;
  private long at;

  GgufCursor(String file, MemorySegment bytes) {
    this.file = file;
    this.whole = bytes.byteSize() <= LONGEST_HEADER;
    this.bytes = whole ? bytes : bytes.asSlice(0, LONGEST_HEADER);
  }

  /** How many bytes were read. */
  long position() {
    return at;
  }

  /** How many more there can be. */
  long remaining() {
    return bytes.byteSize() - at;
  }

  int uint32(String what) {
    return skip(Integer.BYTES, what).get(GgufValue.INT, 0);
  }

  /** 64 bits, which may be meant to be unsigned. */
  long uint64(String what) {
    return skip(Long.BYTES, what).get(GgufValue.LONG, 0);
  }

  /** A count of things that take at least so many bytes each. */
  int count(String what, int most, int bytesOfEach) {
    long count = uint64(what);
    if (Long.compareUnsigned(count, most) > 0) {
      throw Malformed.file(
          file,
          "claims %s as %s, needs at most %d; is the file damaged?",
          Long.toUnsignedString(count),
          what,
          most);
    }
    if (count > remaining() / bytesOfEach) {
      throw tooShort(what);
    }
    return Math.toIntExact(count);
  }

  /** A name: a length and UTF-8. */
  String name(String what, int longest) {
    MemorySegment utf8 = skip(count("the length of " + what, longest, 1), what);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(utf8.toArray(JAVA_BYTE)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new ModelLoadException(
          "%s: %s at byte %d is not UTF-8; is the file damaged?".formatted(file, what, at), e);
    }
  }

  /** The next bytes, passed over. */
  MemorySegment skip(long size, String what) {
    if (size < 0 || size > remaining()) {
      throw tooShort(what);
    }
    MemorySegment skipped = bytes.asSlice(at, size);
    at += size;
    return skipped;
  }

  /** What was read since a position. */
  MemorySegment since(long position) {
    return bytes.asSlice(position, at - position);
  }

  private ModelLoadException tooShort(String what) {
    return whole
        ? Malformed.file(
            file,
            "has %d bytes and ends within %s; is it cut short? download it again",
            bytes.byteSize(),
            what)
        : Malformed.file(
            file,
            "has no end of its metadata in %d bytes, which are within %s; is it damaged?",
            LONGEST_HEADER,
            what);
  }
}
