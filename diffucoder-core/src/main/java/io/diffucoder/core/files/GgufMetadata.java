package io.diffucoder.core.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.diffucoder.api.ModelLoadException;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The metadata of a GGUF file, by key; a key of another type than is asked for is an error.
 *
 * @param file how messages call the file
 * @param values in the file's order
 */
record GgufMetadata(String file, Map<String, GgufValue> values) {
  /** Longer arrays are shown as their length. */
  private static final int LONGEST_SHOWN = 16;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  GgufMetadata {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** A text; empty if there is no such key. */
  Optional<String> text(String key) {
    return find(key, GgufValue.Type.STRING, "a text").map(value -> decode(key, value.utf8()));
  }

  /** A list of texts; empty if there is no such key. */
  Optional<List<String>> texts(String key) {
    return find(key, GgufValue.Type.ARRAY, "a list of texts")
        .map(array -> {
          requireElements(key, array, GgufValue.Type.STRING, "a list of texts");
          return decodeAll(key, array);
        });
  }

  /** A list of whole numbers of 32 bits; empty if there is no such key. */
  Optional<int[]> integers(String key) {
    return find(key, GgufValue.Type.ARRAY, "a list of INT32")
        .map(array -> {
          requireElements(key, array, GgufValue.Type.INT32, "a list of INT32");
          return array.elements().toArray(GgufValue.INT);
        });
  }

  /** The number of elements of an array; empty if there is no such key. */
  Optional<Integer> length(String key) {
    return find(key, GgufValue.Type.ARRAY, "a list").map(GgufValue::count);
  }

  /** Everything as JSON, with long arrays as their length. */
  ObjectNode toJson() {
    ObjectNode json = JSON.objectNode();
    values.forEach((key, value) -> json.set(key, toJson(key, value)));
    return json;
  }

  /** The error for a key whose value is not acceptable. */
  ModelLoadException rejected(String key, String needed) {
    GgufValue value = values.get(key);
    String seen = value == null ? "absent" : Malformed.quote(toJson(key, value).toString());
    return Malformed.file(file, "%s is %s, %s", Malformed.plain(key), seen, needed);
  }

  private Optional<GgufValue> find(String key, GgufValue.Type type, String needed) {
    Optional<GgufValue> value = Optional.ofNullable(values.get(key));
    if (value.isPresent() && value.get().type() != type) {
      throw rejected(key, "needs " + needed);
    }
    return value;
  }

  private void requireElements(
      String key, GgufValue array, GgufValue.Type elements, String needed) {
    if (array.elementType() != elements) {
      throw rejected(key, "needs " + needed);
    }
  }

  private JsonNode toJson(String key, GgufValue value) {
    return switch (value.type()) {
      case STRING -> JSON.textNode(decode(key, value.utf8()));
      case ARRAY -> arrayToJson(key, value);
      default -> toJson(value.type(), value.bytes());
    };
  }

  private JsonNode arrayToJson(String key, GgufValue array) {
    if (array.count() > LONGEST_SHOWN) {
      return JSON.textNode("%d × %s".formatted(array.count(), array.elementType()));
    }
    ArrayNode json = JSON.arrayNode();
    if (array.elementType() == GgufValue.Type.STRING) {
      decodeAll(key, array).forEach(json::add);
    } else {
      int size = array.elementType().size();
      for (int i = 0; i < array.count(); i++) {
        json.add(toJson(array.elementType(), array.elements().asSlice((long) i * size, size)));
      }
    }
    return json;
  }

  private static JsonNode toJson(GgufValue.Type type, MemorySegment bytes) {
    return switch (type) {
      case UINT8 -> JSON.numberNode(bytes.get(JAVA_BYTE, 0) & 0xFF);
      case INT8 -> JSON.numberNode((int) bytes.get(JAVA_BYTE, 0));
      case UINT16 -> JSON.numberNode(bytes.get(GgufValue.SHORT, 0) & 0xFFFF);
      case INT16 -> JSON.numberNode((int) bytes.get(GgufValue.SHORT, 0));
      case UINT32 -> JSON.numberNode(Integer.toUnsignedLong(bytes.get(GgufValue.INT, 0)));
      case INT32 -> JSON.numberNode(bytes.get(GgufValue.INT, 0));
      case FLOAT32 -> JSON.numberNode(Float.intBitsToFloat(bytes.get(GgufValue.INT, 0)));
      case BOOL -> JSON.booleanNode(bytes.get(JAVA_BYTE, 0) != 0);
      case UINT64 -> JSON.numberNode(unsigned(bytes.get(GgufValue.LONG, 0)));
      case INT64 -> JSON.numberNode(bytes.get(GgufValue.LONG, 0));
      case FLOAT64 -> JSON.numberNode(Double.longBitsToDouble(bytes.get(GgufValue.LONG, 0)));
      case STRING, ARRAY -> throw new AssertionError(type); // of no fixed size
    };
  }

  private static BigInteger unsigned(long bits) {
    return new BigInteger(Long.toUnsignedString(bits));
  }

  private List<String> decodeAll(String key, GgufValue array) {
    List<String> texts = new ArrayList<>(array.count());
    MemorySegment elements = array.elements();
    long at = 0;
    for (int i = 0; i < array.count(); i++) {
      long length = elements.get(GgufValue.LONG, at);
      at += Long.BYTES;
      texts.add(decode(key, elements.asSlice(at, length).toArray(JAVA_BYTE)));
      at += length;
    }
    return texts;
  }

  private String decode(String key, byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new ModelLoadException(
          "%s: %s has a text that is not UTF-8; is the file damaged?"
              .formatted(file, Malformed.plain(key)),
          e);
    }
  }
}
