package io.diffucoder.core.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A metadata value as it lies in a GGUF file, little-endian and whole.
 *
 * @param type what kind of value
 * @param bytes a number; or a text's length (8 bytes) and UTF-8; or an array's element type (4
 *     bytes), number of elements (8 bytes) and elements
 */
record GgufValue(Type type, MemorySegment bytes) {
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Bytes before an array's elements. */
  static final int ARRAY_HEADER = Integer.BYTES + Long.BYTES;

  /** The kinds of values, with the format's numbers for them. */
  enum Type {
    UINT8(0, 1),
    INT8(1, 1),
    UINT16(2, 2),
    INT16(3, 2),
    UINT32(4, 4),
    INT32(5, 4),
    FLOAT32(6, 4),
    BOOL(7, 1),
    STRING(8, 0),
    ARRAY(9, 0),
    UINT64(10, 8),
    INT64(11, 8),
    FLOAT64(12, 8);

    private static final Map<Integer, Type> BY_ID =
        Arrays.stream(values()).collect(Collectors.toMap(Type::id, type -> type));

    private final int id;
    private final int size;

    Type(int id, int size) {
      this.id = id;
      this.size = size;
    }

    /** The kind of this number; empty if there is none. */
    static Optional<Type> withId(int id) {
      return Optional.ofNullable(BY_ID.get(id));
    }

    /** Its number. */
    int id() {
      return id;
    }

    /** Bytes of a value; 0 if they vary. */
    int size() {
      return size;
    }
  }

  /** A text. */
  static GgufValue of(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return new GgufValue(
        Type.STRING, filled(buffer(Long.BYTES + utf8.length).putLong(utf8.length).put(utf8)));
  }

  /** A whole number from 0 on. */
  static GgufValue of(int number) {
    return new GgufValue(Type.UINT32, filled(buffer(Integer.BYTES).putInt(number)));
  }

  /** A fraction. */
  static GgufValue of(float number) {
    return new GgufValue(Type.FLOAT32, filled(buffer(Float.BYTES).putFloat(number)));
  }

  /** Yes. */
  static GgufValue yes() {
    return new GgufValue(Type.BOOL, filled(buffer(1).put((byte) 1)));
  }

  /** No. */
  static GgufValue no() {
    return new GgufValue(Type.BOOL, filled(buffer(1).put((byte) 0)));
  }

  /** Several texts. */
  static GgufValue of(List<String> texts) {
    List<byte[]> utf8 = texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    int size = utf8.stream().mapToInt(text -> Long.BYTES + text.length).reduce(0, Math::addExact);
    ByteBuffer buffer = array(Type.STRING, texts.size(), size);
    utf8.forEach(text -> buffer.putLong(text.length).put(text));
    return new GgufValue(Type.ARRAY, filled(buffer));
  }

  /** Several whole numbers. */
  static GgufValue of(int[] numbers) {
    ByteBuffer buffer = array(Type.INT32, numbers.length, numbers.length * Integer.BYTES);
    buffer.asIntBuffer().put(numbers);
    return new GgufValue(Type.ARRAY, MemorySegment.ofBuffer(buffer.rewind()));
  }

  /** The type of an array's elements. */
  Type elementType() {
    return Type.withId(bytes.get(INT, 0)).orElseThrow();
  }

  /** The number of an array's elements. */
  int count() {
    return Math.toIntExact(bytes.get(LONG, Integer.BYTES));
  }

  /** The elements of an array, without what comes before them. */
  MemorySegment elements() {
    return bytes.asSlice(ARRAY_HEADER);
  }

  /** The text's UTF-8, whether it is valid or not. */
  byte[] utf8() {
    return bytes.asSlice(Long.BYTES).toArray(JAVA_BYTE);
  }

  private static ByteBuffer array(Type elements, int count, int size) {
    return buffer(Math.addExact(ARRAY_HEADER, size)).putInt(elements.id()).putLong(count);
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static MemorySegment filled(ByteBuffer buffer) {
    return MemorySegment.ofBuffer(buffer.flip());
  }
}
