package io.diffucoder.core.tokenizer;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A tokenizer's files in memory. */
public record InMemoryFiles(Map<String, byte[]> contents) implements TokenizerFiles {

  static InMemoryFiles of(String name, String content) {
    return new InMemoryFiles(Map.of()).with(name, content);
  }

  InMemoryFiles with(String name, String content) {
    return with(name, content.getBytes(StandardCharsets.UTF_8));
  }

  InMemoryFiles with(String name, byte[] content) {
    Map<String, byte[]> all = new HashMap<>(contents);
    all.put(name, content);
    return new InMemoryFiles(all);
  }

  InMemoryFiles without(String name) {
    Map<String, byte[]> all = new HashMap<>(contents);
    all.remove(name);
    return new InMemoryFiles(all);
  }

  @Override
  public Optional<InputStream> open(String name) {
    return Optional.ofNullable(contents.get(name)).map(ByteArrayInputStream::new);
  }
}
