package io.diffucoder.tck;

import com.fasterxml.jackson.databind.JsonNode;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.WeightSource;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A golden safetensors file: eight bytes of header length, a JSON header, the tensors. It trusts
 * its file; the reader for strangers' files is core's.
 */
final class Safetensors {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final JsonNode header;
  private final MemorySegment tensors;

  private Safetensors(JsonNode header, MemorySegment tensors) {
    this.header = header;
    this.tensors = tensors;
  }

  static Safetensors of(MemorySegment file) {
    long headerBytes = file.get(LONG, 0);
    byte[] json = file.asSlice(8, headerBytes).toArray(ValueLayout.JAVA_BYTE);
    return new Safetensors(
        Json.parse(new String(json, StandardCharsets.UTF_8)), file.asSlice(8 + headerBytes));
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    header.fieldNames().forEachRemaining(names::add);
    names.remove("__metadata__");
    return names;
  }

  /** A vector as one row, a matrix as it is. */
  Matrix matrix(String name) {
    WeightSource stored = weight(name);
    int count = stored.rows() * stored.cols();
    return new Matrix(
        stored.rows(), stored.cols(), Encoding.decoded(stored.dtype(), stored.bytes(), count));
  }

  /** A tensor (heads, rows, width) as a matrix (rows, heads · width); others as they are. */
  Matrix headsInRows(String name) {
    JsonNode shape = entry(name).get("shape");
    Matrix stored = matrix(name);
    if (shape.size() < 3) {
      return stored;
    }
    int heads = shape.get(0).asInt();
    int rows = shape.get(1).asInt();
    int width = shape.get(2).asInt();
    float[] values = new float[stored.values().length];
    for (int head = 0; head < heads; head++) {
      for (int r = 0; r < rows; r++) {
        int to = r * heads * width + head * width;
        System.arraycopy(stored.values(), (head * rows + r) * width, values, to, width);
      }
    }
    return new Matrix(rows, heads * width, values);
  }

  /** Bytes as they are, stored as U8. */
  MemorySegment raw(String name) {
    return bytes(name);
  }

  /** Indices, stored as I32. */
  int[] ints(String name) {
    MemorySegment bytes = bytes(name);
    int[] values = new int[(int) (bytes.byteSize() / Integer.BYTES)];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.get(INT, (long) Integer.BYTES * i);
    }
    return values;
  }

  /** The stored bytes with their shape: leading dimensions become rows. */
  WeightSource weight(String name) {
    JsonNode shape = entry(name).get("shape");
    int cols = shape.get(shape.size() - 1).asInt();
    int rows = 1;
    for (int i = 0; i < shape.size() - 1; i++) {
      rows *= shape.get(i).asInt();
    }
    DType type = DType.valueOf(entry(name).get("dtype").asText());
    return new WeightSource(name, rows, cols, type, bytes(name));
  }

  private MemorySegment bytes(String name) {
    JsonNode offsets = entry(name).get("data_offsets");
    long start = offsets.get(0).asLong();
    return tensors.asSlice(start, offsets.get(1).asLong() - start);
  }

  private JsonNode entry(String name) {
    JsonNode entry = header.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "no golden tensor '%s', there are %s".formatted(name, names()));
    }
    return entry;
  }
}
