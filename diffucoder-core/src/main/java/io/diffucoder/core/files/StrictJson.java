package io.diffucoder.core.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.diffucoder.api.ModelLoadException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * JSON as strict as a checkpoint needs: one object in UTF-8 without byte order mark, no duplicate
 * keys, nothing after it but white space.
 */
final class StrictJson {
  /** Far above any real config or index (28 kB at 7B), far below what would hurt. */
  private static final int LARGEST_FILE = 16 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  // A table of names would only give hostile files hash chains to walk.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  /** Reads one JSON object from a parser that stands before its first token. */
  @FunctionalInterface
  interface Grammar<T> {
    T read(JsonParser parser) throws IOException;
  }

  /** The object that a small file holds; empty if there is no such file. */
  static Optional<ObjectNode> readObject(ModelFiles files, String name) {
    return readBytes(files, name).map(bytes -> object(files.describe(name), bytes));
  }

  /** All bytes of a small text; empty if there is no such file. */
  static Optional<byte[]> readBytes(ModelFiles files, String name) {
    return files.open(name).map(stream -> readAll(files.describe(name), stream));
  }

  /** The object that some JSON text is. */
  static ObjectNode object(String file, byte[] json) {
    return parse(file, json, parser -> (ObjectNode) MAPPER.<JsonNode>readTree(parser));
  }

  /**
   * What a grammar makes of some JSON text.
   *
   * @throws ModelLoadException if it is not one JSON object, or the grammar rejects it
   */
  static <T> T parse(String file, byte[] json, Grammar<T> grammar) {
    if (json.length == 0 || json[firstNonSpace(json)] != '{') {
      throw Malformed.file(
          file, "does not begin with '{', needs a JSON object in UTF-8 without byte order mark");
    }
    // A reader of our own: Jackson would also guess UTF-16 and UTF-32.
    InputStreamReader reader =
        new InputStreamReader(
            new ByteArrayInputStream(json),
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    try (JsonParser parser = MAPPER.createParser(reader)) {
      T value = grammar.read(parser);
      if (parser.nextToken() != null) {
        throw Malformed.file(file, "has something after the end of the JSON object, needs nothing");
      }
      return value;
    } catch (CharacterCodingException e) {
      throw new ModelLoadException(file + ": is not valid UTF-8; is it damaged?", e);
    } catch (JsonProcessingException e) {
      throw new ModelLoadException(
          "%s: is not valid JSON at line %d, column %d: %s; is it damaged or cut short?"
              .formatted(
                  file,
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getLocation() == null ? 0 : e.getLocation().getColumnNr(),
                  Malformed.quote(e.getOriginalMessage())),
          e);
    } catch (IOException e) {
      throw Malformed.unreadable(file, e);
    }
  }

  private static byte[] readAll(String file, InputStream stream) {
    try (stream) {
      byte[] bytes = stream.readNBytes(LARGEST_FILE + 1);
      if (bytes.length > LARGEST_FILE) {
        throw Malformed.file(
            file, "is larger than %d bytes, needs a small text; is it another file?", LARGEST_FILE);
      }
      return bytes;
    } catch (IOException e) {
      throw Malformed.unreadable(file, e);
    }
  }

  private static int firstNonSpace(byte[] json) {
    int i = 0;
    while (i < json.length - 1
        && (json[i] == ' ' || json[i] == '\n' || json[i] == '\r' || json[i] == '\t')) {
      i++;
    }
    return i;
  }
}
