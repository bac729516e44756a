package io.diffucoder.core.files;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.diffucoder.api.ModelLoadException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a safetensors file as it stands there, before anything is believed of the offsets.
 *
 * @param metadata the strings of {@code __metadata__}
 * @param entries one for each tensor, in order of the text
 */
record SafetensorsHeader(Map<String, String> metadata, List<Entry> entries) {
  /** More than any transformer has; keeps a hostile header from filling the heap. */
  private static final int MOST_TENSORS = 50_000;

  private static final int HIGHEST_RANK = 8;

  /** One tensor: what the header claims. Offsets count from the first byte after the header. */
  record Entry(String name, SafetensorsType type, List<Long> shape, long begin, long end) {}

  static SafetensorsHeader parse(String file, byte[] json) {
    return StrictJson.parse(file, json, parser -> new Reader(file, parser).header());
  }

  /** A recursive descent over three levels of JSON. */
  private static final class Reader {
    private final String file;
    private final JsonParser parser;

    /** The key of the header that is being read, for messages. */
    private String key = "";

    Reader(String file, JsonParser parser) {
      this.file = file;
      this.parser = parser;
    }

    SafetensorsHeader header() throws IOException {
      Map<String, String> metadata = new LinkedHashMap<>();
      List<Entry> entries = new ArrayList<>();
      requireNext(JsonToken.START_OBJECT, "the header", "an object");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        key = parser.currentName();
        if (key.equals("__metadata__")) {
          readMetadata(metadata);
        } else if (entries.size() == MOST_TENSORS) {
          throw Malformed.file(file, "has more than %d tensors; is it damaged?", MOST_TENSORS);
        } else {
          entries.add(entry());
        }
      }
      return new SafetensorsHeader(metadata, entries);
    }

    private void readMetadata(Map<String, String> into) throws IOException {
      requireNext(JsonToken.START_OBJECT, "the value", "an object of strings");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        requireNext(JsonToken.VALUE_STRING, "a value", "a string");
        into.put(name, parser.getText());
      }
    }

    private Entry entry() throws IOException {
      @Nullable SafetensorsType type = null;
      @Nullable List<Long> shape = null;
      @Nullable List<Long> offsets = null;
      requireNext(JsonToken.START_OBJECT, "the value", "an object");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        switch (parser.currentName()) {
          case "dtype" -> type = type();
          case "shape" -> shape = sizes("shape", HIGHEST_RANK);
          case "data_offsets" -> offsets = sizes("data_offsets", 2);
          default -> {
            parser.nextToken();
            parser.skipChildren();
          }
        }
      }
      type = requirePresent(type, "dtype");
      shape = requirePresent(shape, "shape");
      offsets = requirePresent(offsets, "data_offsets");
      if (offsets.size() != 2) {
        throw rejected("data_offsets", offsets.toString(), "[begin, end]");
      }
      return new Entry(key, type, shape, offsets.getFirst(), offsets.getLast());
    }

    private SafetensorsType type() throws IOException {
      requireNext(JsonToken.VALUE_STRING, "dtype", "a string");
      String name = parser.getText();
      return SafetensorsType.named(name)
          .orElseThrow(() -> rejected("dtype", Malformed.quote(name), "F32, F16 or BF16"));
    }

    private List<Long> sizes(String what, int most) throws IOException {
      List<Long> sizes = new ArrayList<>(2);
      requireNext(JsonToken.START_ARRAY, what, "an array of whole numbers");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (sizes.size() == most) {
          throw rejected(what, "longer", "at most %d numbers".formatted(most));
        }
        sizes.add(size(what));
      }
      return sizes;
    }

    private long size(String what) throws IOException {
      boolean whole =
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      if (!whole || parser.getLongValue() < 0) {
        throw rejected("a number of " + what, seen(), "a whole number from 0 to 2^63 - 1");
      }
      return parser.getLongValue();
    }

    private <T> T requirePresent(@Nullable T value, String what) {
      if (value == null) {
        throw rejected(what, "absent", "one");
      }
      return value;
    }

    private void requireNext(JsonToken needed, String what, String description) throws IOException {
      if (parser.nextToken() != needed) {
        throw rejected(what, seen(), description);
      }
    }

    private ModelLoadException rejected(String what, String seen, String needed) {
      String place =
          key.isEmpty() || key.equals("__metadata__") ? key : "tensor " + Malformed.quote(key);
      return Malformed.file(
          file,
          "%s%s is %s, needs %s; is the file damaged?",
          place.isEmpty() ? "" : place + ": ",
          what,
          seen,
          needed);
    }

    private String seen() throws IOException {
      return Malformed.quote(Objects.requireNonNullElse(parser.getText(), "nothing"));
    }
  }
}
