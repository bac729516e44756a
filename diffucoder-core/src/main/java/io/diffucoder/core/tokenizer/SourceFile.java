package io.diffucoder.core.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.diffucoder.api.ModelLoadException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One of a tokenizer's files, read strictly: UTF-8 without repair, JSON without duplicate keys or
 * trailing content, of bounded size. Every failure is a {@link ModelLoadException} that names it.
 *
 * @param files where it is
 * @param name its name there
 */
record SourceFile(TokenizerFiles files, String name) {
  /** The largest file read, in bytes: several times the largest tokenizer published. */
  static final int MAX_BYTES = 64 << 20;

  // Names are not canonicalized: a vocabulary's keys are unlike each other and read once.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(64).maxStringLength(4 << 20).build())
          .build();

  /** Reads a JSON value; the parser stands on its first token, and shall be left on its last. */
  @FunctionalInterface
  interface JsonReading<T> {
    T read(JsonParser parser) throws IOException;
  }

  /** Reads text. */
  @FunctionalInterface
  interface TextReading<T> {
    T read(BufferedReader reader) throws IOException;
  }

  /** Reads the file as one JSON object; empty if there is no such file. */
  <T> Optional<T> readObject(JsonReading<T> reading) {
    return readText(reader -> {
      try (JsonParser parser = JSON.createParser(reader)) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          throw error("needs to be a JSON object, begins otherwise; is the file complete?");
        }
        T value = reading.read(parser);
        if (parser.nextToken() != null) {
          throw error("goes on after the end of its JSON object");
        }
        return value;
      }
    });
  }

  /** Reads the file as text; empty if there is no such file. */
  <T> Optional<T> readText(TextReading<T> reading) {
    try {
      Optional<InputStream> stream = files.open(name);
      if (stream.isEmpty()) {
        return Optional.empty();
      }
      // A decoder, unlike a charset, reports malformed input instead of replacing it.
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(
                  new CappedInputStream(stream.get(), MAX_BYTES),
                  StandardCharsets.UTF_8.newDecoder()))) {
        return Optional.of(reading.read(reader));
      }
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : " in line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
      throw error("malformed JSON%s: %s".formatted(where, e.getOriginalMessage()), e);
    } catch (CharacterCodingException e) {
      throw error("is not UTF-8; is the file complete, and not compressed?", e);
    } catch (IOException e) {
      throw error("cannot be read: " + e.getMessage(), e);
    }
  }

  /** What is wrong with the file. */
  ModelLoadException error(String problem) {
    return new ModelLoadException(describe() + ": " + problem);
  }

  private ModelLoadException error(String problem, IOException cause) {
    return new ModelLoadException(describe() + ": " + problem, cause);
  }

  /** How messages call it. */
  String describe() {
    return files.describe(name);
  }
}
