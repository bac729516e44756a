package io.diffucoder.core.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.diffucoder.api.ModelLoadException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands before a GGUF file's tensors, before anything is believed of their offsets.
 *
 * @param metadata the keys and values
 * @param entries one for each tensor, in the file's order
 * @param alignment what offsets are multiples of
 * @param dataOffset where the tensors begin, possibly after the file's end
 */
record GgufHeader(GgufMetadata metadata, List<Entry> entries, long alignment, long dataOffset) {
  static final String ALIGNMENT = "general.alignment";
  static final int DEFAULT_ALIGNMENT = 32;
  static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

  private static final int MOST_KEYS = 1 << 14;
  private static final int MOST_TENSORS = 50_000;
  private static final int MOST_ELEMENTS = 1 << 24;
  private static final int LONGEST_NAME = 1024;
  private static final int HIGHEST_RANK = 4;

  /** One tensor: what the file claims. The offset counts from the first tensor's. */
  record Entry(String name, GgmlType type, List<Long> shape, long offset) {}

  /** Rounded up to a multiple of an alignment. */
  static long aligned(long offset, long alignment) {
    return Math.ceilDiv(offset, alignment) * alignment;
  }

  static GgufHeader parse(String file, MemorySegment bytes) {
    return new Reader(file, bytes).header();
  }

  private static final class Reader {
    private final String file;
    private final GgufCursor cursor;

    Reader(String file, MemorySegment bytes) {
      this.file = file;
      LfsPointer.refuse(file, bytes);
      if (bytes.byteSize() < MAGIC.length
          || bytes.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) >= 0) {
        throw Malformed.file(
            file, "does not begin with GGUF; is it another file, or cut short? download it again");
      }
      cursor = new GgufCursor(file, bytes);
      cursor.skip(MAGIC.length, "the magic number");
    }

    GgufHeader header() {
      requireVersion(cursor.uint32("the version"));
      int tensors = cursor.count("the number of tensors", MOST_TENSORS, 1);
      int keys = cursor.count("the number of metadata keys", MOST_KEYS, 1);
      GgufMetadata metadata = metadata(keys);
      long alignment = alignment(metadata);
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < tensors; i++) {
        entries.add(entry());
      }
      return new GgufHeader(metadata, entries, alignment, aligned(cursor.position(), alignment));
    }

    private void requireVersion(int version) {
      if (version != 0 && (version & 0xFFFF) == 0) {
        throw Malformed.file(
            file,
            "is GGUF in big-endian byte order, needs little-endian; convert it with"
                + " gguf-convert-endian");
      }
      if (version != 2 && version != 3) {
        throw Malformed.file(
            file,
            "is GGUF version %s, needs 2 or 3; %s",
            Integer.toUnsignedString(version),
            version == 1 ? "convert the original checkpoint again" : "is the file damaged?");
      }
    }

    private GgufMetadata metadata(int keys) {
      Map<String, GgufValue> values = new LinkedHashMap<>();
      for (int i = 0; i < keys; i++) {
        String key = cursor.name("a metadata key", LONGEST_NAME);
        if (values.put(key, value(Malformed.quote(key))) != null) {
          throw Malformed.file(
              file, "has the key %s twice; is the file damaged?", Malformed.quote(key));
        }
      }
      return new GgufMetadata(file, values);
    }

    private GgufValue value(String key) {
      GgufValue.Type type = type(key);
      long start = cursor.position();
      switch (type) {
        case STRING -> skipText("the value of " + key);
        case ARRAY -> skipArray(key);
        default -> cursor.skip(type.size(), "the value of " + key);
      }
      GgufValue value = new GgufValue(type, cursor.since(start));
      if (type == GgufValue.Type.BOOL && (value.bytes().get(JAVA_BYTE, 0) & ~1) != 0) {
        throw Malformed.file(
            file, "%s is a BOOL of %d, needs 0 or 1", key, value.bytes().get(JAVA_BYTE, 0));
      }
      return value;
    }

    private void skipText(String what) {
      cursor.skip(cursor.uint64(what), what);
    }

    private void skipArray(String key) {
      String what = "the elements of " + key;
      GgufValue.Type elements = type(key);
      if (elements == GgufValue.Type.ARRAY) {
        throw Malformed.file(
            file, "%s is an array of arrays, needs an array of numbers or texts", key);
      }
      boolean texts = elements == GgufValue.Type.STRING;
      int size = texts ? Long.BYTES : elements.size();
      int count = cursor.count("the number of " + what, MOST_ELEMENTS, size);
      if (!texts) {
        cursor.skip((long) count * size, what);
        return;
      }
      for (int i = 0; i < count; i++) {
        skipText(what);
      }
    }

    private GgufValue.Type type(String key) {
      int id = cursor.uint32("the type of " + key);
      return GgufValue.Type.withId(id)
          .orElseThrow(() ->
              Malformed.file(
                  file,
                  "%s has type %s, which GGUF does not have; is the file damaged?",
                  key,
                  Integer.toUnsignedString(id)));
    }

    private long alignment(GgufMetadata metadata) {
      GgufValue value = metadata.values().get(ALIGNMENT);
      if (value == null) {
        return DEFAULT_ALIGNMENT;
      }
      boolean whole = value.type() == GgufValue.Type.UINT32;
      long alignment = whole ? Integer.toUnsignedLong(value.bytes().get(GgufValue.INT, 0)) : 0;
      if (Long.bitCount(alignment) != 1) {
        throw metadata.rejected(ALIGNMENT, "needs a power of two of type UINT32");
      }
      return alignment;
    }

    private Entry entry() {
      String name = cursor.name("a tensor's name", LONGEST_NAME);
      String tensor = "tensor " + Malformed.quote(name);
      int rank = cursor.uint32("the rank of " + tensor);
      if (rank < 1 || rank > HIGHEST_RANK) {
        throw Malformed.file(
            file,
            "%s has %s dimensions, needs 1 to %d; is the file damaged?",
            tensor,
            Integer.toUnsignedString(rank),
            HIGHEST_RANK);
      }
      List<Long> shape = new ArrayList<>(rank);
      for (int i = 0; i < rank; i++) {
        shape.addFirst(dimension(tensor)); // the file has the innermost first
      }
      return new Entry(name, ggmlType(tensor), shape, cursor.uint64("the offset of " + tensor));
    }

    private long dimension(String tensor) {
      long size = cursor.uint64("the shape of " + tensor);
      if (size <= 0) {
        throw Malformed.file(
            file,
            "%s has a dimension of %s, needs a positive number of 63 bits; is the file damaged?",
            tensor,
            Long.toUnsignedString(size));
      }
      return size;
    }

    private GgmlType ggmlType(String tensor) {
      int id = cursor.uint32("the type of " + tensor);
      Optional<GgmlType> type = GgmlType.withId(id);
      return type.orElseThrow(() -> unknownType(tensor, id));
    }

    private ModelLoadException unknownType(String tensor, int id) {
      return Malformed.file(
          file,
          "%s has type %s, which is not known here, needs %s; quantise the model again, or is the"
              + " file damaged?",
          tensor,
          Integer.toUnsignedString(id),
          GgmlType.F32.computable());
    }
  }
}
