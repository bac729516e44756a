package io.diffucoder.core.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.diffucoder.api.ModelLoadException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Typed, bounded access to the keys of a JSON file, which remembers the defaults it filled in. A
 * key that is null is absent where a method says so, and an error elsewhere.
 */
final class ConfigKeys {
  private final String file;
  private final ObjectNode json;
  private final Map<String, String> defaults = new LinkedHashMap<>();

  ConfigKeys(String file, ObjectNode json) {
    this.file = file;
    this.json = json;
  }

  /** A whole number in min … max. */
  int integer(String key, int absent, int min, int max) {
    JsonNode value = json.get(key);
    if (value == null) {
      defaults.put(key, Integer.toString(absent));
      requireWithin(key, absent, min, max);
      return absent;
    }
    return integer(key, value, min, max);
  }

  /** A whole number in min … max; null if the key is absent or null. */
  @Nullable Integer integerOrNull(String key, int min, int max) {
    return json.hasNonNull(key) ? integer(key, json.get(key), min, max) : null;
  }

  /** A finite number. */
  double number(String key, double absent) {
    JsonNode value = json.get(key);
    if (value == null) {
      defaults.put(key, Double.toString(absent));
      return absent;
    }
    return number(key, value);
  }

  /** A finite number; null if the key is absent or null. */
  @Nullable Double numberOrNull(String key) {
    return json.hasNonNull(key) ? number(key, json.get(key)) : null;
  }

  /** True or false; null is false, as in Python. */
  boolean flag(String key) {
    JsonNode value = json.get(key);
    if (value == null) {
      defaults.put(key, "false");
      return false;
    }
    if (!value.isBoolean() && !value.isNull()) {
      throw rejected(key, "needs true or false");
    }
    return value.booleanValue();
  }

  /** A string; null if the key is absent or null. */
  @Nullable String textOrNull(String key) {
    if (!json.hasNonNull(key)) {
      return null;
    }
    if (!json.get(key).isTextual()) {
      throw rejected(key, "needs a string");
    }
    return json.get(key).textValue();
  }

  /** A string; null if the key is absent or null. */
  String text(String key, String absent) {
    String value = textOrNull(key);
    if (value == null) {
      defaults.put(key, '"' + absent + '"');
      return absent;
    }
    return value;
  }

  /** An object; null if the key is absent or null. */
  @Nullable ObjectNode objectOrNull(String key) {
    if (!json.hasNonNull(key)) {
      return null;
    }
    if (json.get(key) instanceof ObjectNode object) {
      return object;
    }
    throw rejected(key, "needs an object or null");
  }

  /** Whether the key is there, null or not. */
  boolean has(String key) {
    return json.has(key);
  }

  /** The error for a key whose value is not acceptable. */
  ModelLoadException rejected(String key, String needed) {
    JsonNode value = json.get(key);
    String seen = value == null ? "absent, by default " + defaults.get(key) : value.toString();
    return Malformed.file(file, "%s is %s, %s", key, Malformed.quote(seen), needed);
  }

  /** The file's keys in its order, then the defaults that were filled in; values as JSON text. */
  Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    json.forEachEntry((key, value) -> all.put(key, value.toString()));
    defaults.forEach(all::putIfAbsent);
    return all;
  }

  private int integer(String key, JsonNode value, int min, int max) {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw rejected(key, "needs a whole number from %d to %d".formatted(min, max));
    }
    requireWithin(key, value.longValue(), min, max);
    return value.intValue();
  }

  private void requireWithin(String key, long value, int min, int max) {
    if (value < min || value > max) {
      throw rejected(key, "needs a whole number from %d to %d".formatted(min, max));
    }
  }

  private double number(String key, JsonNode value) {
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw rejected(key, "needs a finite number");
    }
    return value.doubleValue();
  }
}
