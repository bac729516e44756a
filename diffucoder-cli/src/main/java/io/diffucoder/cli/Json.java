package io.diffucoder.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON text of maps, lists, strings, numbers and booleans, in ASCII alone and without {@code <}: it
 * can stand inside an HTML script element whatever the strings hold.
 */
final class Json {
  private final StringBuilder text = new StringBuilder();

  private Json() {}

  /**
   * The JSON text of a value.
   *
   * @throws IllegalArgumentException if JSON has no form for it
   */
  static String of(Object value) {
    Json json = new Json();
    json.write(value);
    return json.text.toString();
  }

  private void write(@Nullable Object value) {
    switch (value) {
      case null -> text.append("null");
      case String string -> quote(string);
      case Boolean bool -> text.append(bool.booleanValue());
      case Integer number -> text.append(number.intValue());
      case Long number -> text.append(number.longValue());
      case Double number -> text.append(Double.isFinite(number) ? number.toString() : "null");
      case Map<?, ?> map -> {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          text.append(separator);
          quote(String.valueOf(entry.getKey()));
          text.append(':');
          write(entry.getValue());
          separator = ",";
        }
        text.append(map.isEmpty() ? "{}" : "}");
      }
      case Iterable<?> list -> {
        text.append('[');
        String separator = "";
        for (Object element : list) {
          text.append(separator);
          write(element);
          separator = ",";
        }
        text.append(']');
      }
      default -> throw new IllegalArgumentException("JSON has no form for " + value.getClass());
    }
  }

  private void quote(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        default -> {
          boolean plain = c >= 0x20 && c < 0x7F && c != '<' && c != '>' && c != '&';
          text.append(plain ? String.valueOf(c) : "\\u%04x".formatted((int) c));
        }
      }
    }
    text.append('"');
  }
}
