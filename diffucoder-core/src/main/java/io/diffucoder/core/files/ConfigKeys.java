package io.diffucoder.core.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.diffucoder.api.ModelLoadException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Typed, bounded access to a model's settings by the names that {@code config.json} has for them,
 * which remembers the defaults it filled in. A key that is null is absent where a method says so,
 * and an error elsewhere.
 */
final class ConfigKeys {

  /** What it means that a required key is absent. */
  private enum Absence {
    DEFAULT,
    ERROR
  }

  private final String file;
  private final ObjectNode json;
  private final UnaryOperator<String> nameInFile;
  private final Absence absence;
  private final Map<String, String> defaults = new LinkedHashMap<>();

  private ConfigKeys(
      String file, ObjectNode json, UnaryOperator<String> nameInFile, Absence absence) {
    this.file = file;
    this.json = json;
    this.nameInFile = nameInFile;
    this.absence = absence;
  }

  /** Settings of a JSON file, where what is absent has a default. */
  static ConfigKeys withDefaults(String file, ObjectNode json) {
    return new ConfigKeys(file, json, UnaryOperator.identity(), Absence.DEFAULT);
  }

  /** Settings of a file that has other names for them, and has to say them all. */
  static ConfigKeys complete(String file, ObjectNode json, UnaryOperator<String> nameInFile) {
    return new ConfigKeys(file, json, nameInFile, Absence.ERROR);
  }

  /** A whole number in min … max. */
  int integer(String key, int absent, int min, int max) {
    Optional<JsonNode> value = find(key, Integer.toString(absent));
    if (value.isEmpty()) {
      requireWithin(key, absent, min, max);
      return absent;
    }
    return integer(key, value.get(), min, max);
  }

  /** A whole number in min … max; null if the key is absent or null. */
  @Nullable Integer integerOrNull(String key, int min, int max) {
    JsonNode value = valueOrNull(key);
    return value == null ? null : integer(key, value, min, max);
  }

  /** A token id in 0 … max; null if the key is absent and has no default in such a file. */
  @Nullable Integer id(String key, int absent, int max) {
    return absence == Absence.ERROR && !has(key) ? null : integer(key, absent, 0, max);
  }

  /** A finite number. */
  double number(String key, double absent) {
    Optional<JsonNode> value = find(key, Double.toString(absent));
    return value.isEmpty() ? absent : number(key, value.get());
  }

  /** A finite number; null if the key is absent or null. */
  @Nullable Double numberOrNull(String key) {
    JsonNode value = valueOrNull(key);
    return value == null ? null : number(key, value);
  }

  /** True or false; null is false, as in Python. */
  boolean flag(String key) {
    Optional<JsonNode> value = find(key, "false");
    if (value.isEmpty()) {
      return false;
    }
    if (!value.get().isBoolean() && !value.get().isNull()) {
      throw rejected(key, "needs true or false");
    }
    return value.get().booleanValue();
  }

  /** A string; null if the key is absent or null. */
  @Nullable String textOrNull(String key) {
    JsonNode value = valueOrNull(key);
    if (value != null && !value.isTextual()) {
      throw rejected(key, "needs a string");
    }
    return value == null ? null : value.textValue();
  }

  /** A string; null if the key is absent or null. */
  String text(String key, String absent) {
    String value = textOrNull(key);
    if (value == null) {
      defaults.put(name(key), '"' + absent + '"');
      return absent;
    }
    return value;
  }

  /** An object; null if the key is absent or null. */
  @Nullable ObjectNode objectOrNull(String key) {
    return switch (valueOrNull(key)) {
      case null -> null;
      case ObjectNode object -> object;
      default -> throw rejected(key, "needs an object or null");
    };
  }

  /** Whether the key is there, null or not. */
  boolean has(String key) {
    return json.has(name(key));
  }

  /** The error for a key whose value is not acceptable. */
  ModelLoadException rejected(String key, String needed) {
    JsonNode value = json.get(name(key));
    String seen =
        value == null ? "absent, by default " + defaults.get(name(key)) : value.toString();
    return Malformed.file(file, "%s is %s, %s", name(key), Malformed.quote(seen), needed);
  }

  /** The file's keys in its order, then the defaults that were filled in; values as JSON text. */
  Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    json.forEachEntry((key, value) -> all.put(key, value.toString()));
    defaults.forEach(all::putIfAbsent);
    return all;
  }

  private String name(String key) {
    return nameInFile.apply(key);
  }

  private @Nullable JsonNode valueOrNull(String key) {
    return json.hasNonNull(name(key)) ? json.get(name(key)) : null;
  }

  /** The value; empty if the key is absent and has a default, which is remembered. */
  private Optional<JsonNode> find(String key, String absent) {
    JsonNode value = json.get(name(key));
    if (value == null) {
      if (absence == Absence.ERROR) {
        throw Malformed.file(
            file, "has no %s and needs it; convert the original checkpoint again", name(key));
      }
      defaults.put(name(key), absent);
    }
    return Optional.ofNullable(value);
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
